/** What the one button of an entry that cannot be read does. */
export type Remedy =
  | 'ask-history'
  | 'read-again'
  | 'restore'
  | 'evidence'
  | 'details'
  | 'ask-again'
  | 'update'
  | 'record';

/** Why an entry cannot be read: the whole list, each with who can mend it and by what (protocol.md, 5.4). */
export const REASONS = {
  'not-granted': { who: 'steward', remedy: 'ask-history' },
  'key-pending': { who: 'device', remedy: 'read-again' },
  'device-state-lost': { who: 'self', remedy: 'restore' },
  'sequence-gap': { who: 'platform', remedy: 'read-again' },
  fork: { who: 'auditor', remedy: 'evidence' },
  'not-authentic': { who: 'registrar', remedy: 'evidence' },
  'sender-excluded': { who: 'nobody', remedy: 'details' },
  damaged: { who: 'sender', remedy: 'ask-again' },
  'newer-format': { who: 'self', remedy: 'update' },
  redacted: { who: 'nobody', remedy: 'record' },
  'retention-ended': { who: 'nobody', remedy: 'record' },
} as const satisfies Readonly<Record<string, { readonly who: string; readonly remedy: Remedy }>>;

export type Reason = keyof typeof REASONS;

export function isReason(reason: string | null): reason is Reason {
  return reason !== null && Object.hasOwn(REASONS, reason);
}
