/** Injection tokens of what `createServer` hands to the modules. */
export const CONFIG = Symbol('ServerConfig');
export const LOG = Symbol('Log');
export const CLOCK = Symbol('Clock');
export const RANDOM = Symbol('Random');
export const TRUST_STORE = Symbol('TrustStore');
