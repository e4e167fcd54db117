/** What an evidence bundle may hold: enough for a year of a case, little enough for a laptop. */
export const EVIDENCE_LIMITS = {
  bytes: 512 * 1024 * 1024,
  events: 10_000,
  statements: 20_000,
  files: 30_100,
  /** A text for people, or a token of a time-stamping authority. */
  sideFileBytes: 16 * 1024 * 1024,
} as const;

/** A log within a bundle: the year of its origin (with a number after a loss), or `directory`. */
const LOG = '(?:directory|\\d{4}(?:-\\d{1,3})?)';
const PLACES = [
  'manifest\\.(?:json|sig)',
  '(?:events|statements)\\.jsonl',
  'policy\\.txt',
  'README\\.(?:es|en)\\.txt',
  'report\\.pdf',
  `proofs/${LOG}/(?:0|[1-9]\\d{0,15})\\.tlog-proof`,
  `checkpoints/${LOG}\\.txt`,
  `timestamps/${LOG}\\.tsr`,
];
/** Nothing absolute, nothing with `..`, nothing else. */
export const EVIDENCE_NAME = new RegExp(`^(?:${PLACES.join('|')})$`);

/** What every bundle has. */
export const REQUIRED_FILES = [
  'manifest.json',
  'manifest.sig',
  'events.jsonl',
  'statements.jsonl',
  'policy.txt',
] as const;

/** How a bundle calls the log of an origin. */
export function logNameOf(origin: string): string {
  return origin.startsWith('directory.') ? 'directory' : origin.slice(origin.lastIndexOf('/') + 1);
}

export const proofName = (log: string, index: number) => `proofs/${log}/${index}.tlog-proof`;
export const checkpointName = (log: string) => `checkpoints/${log}.txt`;
export const timestampName = (log: string) => `timestamps/${log}.tsr`;
