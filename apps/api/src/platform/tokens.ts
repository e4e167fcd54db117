/** Injection tokens of what `createServer` hands to the modules. */
export const CONFIG = Symbol('ServerConfig');
export const LOG = Symbol('Log');
export const TRUST_STORE = Symbol('TrustStore');
