/** Where a release of the browser client lies, beside the files of its manifest and outside them. */
export const RELEASE_FILES = {
  manifest: '/web-manifest.json',
  /** What the holders of the release keys signed (C2SP signed-note). */
  note: '/web-manifest.note',
  /** The event of the log that made it count, once the quorum of witnesses has seen it. */
  evidence: '/web-release.json',
} as const;

/** A note of a release measures at most this. */
export const RELEASE_NOTE_LIMIT_BYTES = 8_192;

/** What became of handing a release in. */
export interface ReleaseStanding {
  readonly releaseId: string;
  /** SHA-256 of the bytes of the manifest, base64url. */
  readonly manifestHash: string;
  /** `proposed`: another platform operator has to hand in the same. */
  readonly state: 'proposed' | 'active';
}
