// Injection tokens of what `createServer` hands to the modules.

/** The keys of this node: of the directory, of receipts, and of all logs. */
export const OPENED_LOGS = Symbol('OPENED_LOGS');
export const CONFIG = Symbol('ServerConfig');
export const LOG = Symbol('Log');
export const CLOCK = Symbol('Clock');
export const RANDOM = Symbol('Random');
/** The limits of rates, by their class. */
export const RATES = Symbol('Rates');
export const TRUST_STORE = Symbol('TrustStore');
/** The connection that asks whether sessions still stand. */
export const WATCH_DATABASE = Symbol('WatchDatabase');
/** The pool of `enl_delivery`: committed entries, for the sockets of this node. */
export const DELIVERY_DATABASE = Symbol('DeliveryDatabase');
/** The pool of `enl_auditor`: the record, as the session that asks may see it. */
export const AUDITOR_DATABASE = Symbol('AuditorDatabase');
