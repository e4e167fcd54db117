import type { StateCode } from '../states.js';

/** Events of one page of `GET /audit/manifests`. */
export const MANIFEST_LIMITS = { events: 2_000 } as const;

/** An event of a log with its section `what`: bytes and salt are null where it was erased. All in base64url. */
export interface ManifestEvent {
  readonly index: number;
  /** Of the five sections, one after the other. */
  readonly digests: string;
  readonly salt: string | null;
  readonly body: string | null;
}

/** The manifests of the auditor's State and the acts that concern it, in the order of the log. */
export interface ManifestPage {
  readonly state: StateCode;
  readonly events: readonly ManifestEvent[];
  /** Where the next page begins; null at the end of what is published. */
  readonly next: number | null;
}
