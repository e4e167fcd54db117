import type { StaticFile } from './static-files.js';

/** Whether the client in memory was released, and what proves it. Asked at each request. */
export interface ReleaseGate {
  readonly isOpen: boolean;
  /** The note and the evidence of the release, by the path at which they are served. */
  readonly files: ReadonlyMap<string, StaticFile>;
}

/** For tests of something else than releases. */
export const FOR_TESTS_ONLY_OPEN_GATE: ReleaseGate = { isOpen: true, files: new Map() };
