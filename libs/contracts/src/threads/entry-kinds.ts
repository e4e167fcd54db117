/** The byte `kind` of an entry. Numbers are for ever. Clear kinds are below 0x10. */
export const ENTRY_KINDS = {
  /** Opens the thread, or a new incarnation of its group. */
  genesis: 0x01,
  commit: 0x02,
  leave: 0x03,
  'access-request': 0x04,
  grant: 0x05,
  redaction: 0x06,
  lifecycle: 0x07,
  message: 0x10,
  'record-update': 0x11,
  'record-snapshot': 0x12,
  receipt: 0x13,
} as const;

export type EntryKind = keyof typeof ENTRY_KINDS;
export type SealedKind = 'message' | 'record-update' | 'record-snapshot' | 'receipt';
export type ClearKind = Exclude<EntryKind, SealedKind>;

const FIRST_SEALED_KIND = 0x10;
const NAMES: ReadonlyMap<number, EntryKind> = new Map(
  Object.entries(ENTRY_KINDS).flatMap(([name, byte]) =>
    isEntryKind(name) ? [[byte, name] as const] : [],
  ),
);

export function isEntryKind(name: string): name is EntryKind {
  return Object.hasOwn(ENTRY_KINDS, name);
}

/** The name of a kind, or `null` for a byte that this version does not know. */
export function findEntryKind(byte: number): EntryKind | null {
  return NAMES.get(byte) ?? null;
}

/** Whether only members read the body. The server reads that of every other kind. */
export function isSealedKind(kind: EntryKind): kind is SealedKind {
  return ENTRY_KINDS[kind] >= FIRST_SEALED_KIND;
}
