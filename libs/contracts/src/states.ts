/** The eleven States of the CRM work plan, ISO 3166-1 alpha-2. */
export const STATES = ['BZ', 'CA', 'CR', 'DO', 'GT', 'HN', 'MX', 'NI', 'PA', 'SV', 'US'] as const;

/** The regional body (secretariat): an authority with a root of its own and no place in any thread. */
export const REGIONAL_AUTHORITY = 'XR';

export type State = (typeof STATES)[number];
/** A State, or the regional authority where it signs for itself. */
export type StateCode = State | typeof REGIONAL_AUTHORITY;
