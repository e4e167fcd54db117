import { REGIONAL_AUTHORITY, STATES, type StateCode } from '@enlace/contracts';

/** Whom the life of a log concerns, and who gets a manifest of it. */
export const EVERYBODY: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];
