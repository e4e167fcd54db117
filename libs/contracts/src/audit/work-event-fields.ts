/**
 * Own fields of the events of work: cases, threads and what is in them, requests and opinions. They are counted and
 * named here so that whoever reads the record knows them, whichever version of a server wrote them.
 */
const MEMBER = {
  memberAlias: 'text',
  memberState: 'text',
  role: 'text?',
  deviceCount: 'count?',
  epoch: 'count?',
  cause: 'text?',
} as const;
const INVITEE = {
  inviteeAlias: 'text',
  inviteeState: 'text',
  role: 'text',
  expiresAt: 'instant',
} as const;
const CASE = { classification: 'text?', changedFields: 'texts?' } as const;
const APPROVED = { approvals: 'ids' } as const;
const CHANGE = { before: 'text', after: 'text' } as const;
const SEQUENCE = { firstSeq: 'count', lastSeq: 'count' } as const;
const ENTRIES = { seqs: 'counts' } as const;
const TARGET = { target: 'text' } as const;
/** The entry is named where the server knows it: what is in a thread is sealed. */
const OPINION = { requestedState: 'text', entryHash: 'hash?' } as const;
const CUSTODY = {
  custodyId: 'id',
  sealCommitment: 'hash',
  fromAlias: 'text?',
  toAlias: 'text?',
} as const;

export const WORK_EVENT_FIELDS = {
  'attachment.reserved': { bytes: 'count' },
  'attachment.uploaded': { bytes: 'count', ciphertextHash: 'hash' },
  'attachment.ticketed': { ticketId: 'id' },
  'attachment.fetched': { ticketId: 'id', from: 'count', to: 'count' },
  'attachment.delivered': { ticketId: 'id', bytesSent: 'count', complete: 'flag' },
  'attachment.sealed': CUSTODY,
  'attachment.transferred': CUSTODY,
  'attachment.saved': TARGET,
  'attachment.integrity-failed': { stage: 'text' },
  'case.created': CASE,
  'case.updated': CASE,
  'case.closed': CASE,
  'case.reopened': CASE,
  'case.listed': { count: 'count' },
  'case.consulted': {},
  'case.state-added': { state: 'text' },
  'case.state-removed': { state: 'text' },
  'case.member-added': MEMBER,
  'case.member-removed': MEMBER,
  'case.reported-up': { officeId: 'id' },
  'case.hold-placed': APPROVED,
  'case.hold-lifted': APPROVED,
  'entry.appended': {
    seq: 'count',
    epoch: 'count',
    kind: 'text',
    bytes: 'count',
    entryHash: 'hash',
    handling: 'text',
    recipientDevices: 'count',
    recipientsHash: 'hash',
  },
  'entry.delivered': { ...SEQUENCE, count: 'count' },
  'entry.fetched': { ...SEQUENCE, count: 'count', mode: 'text' },
  'entry.redacted': { seqs: 'counts', reason: 'text' },
  'entry.refused': { seq: 'count', cause: 'text' },
  'entry.staged': { sha256: 'hash', bytes: 'count' },
  'entry.printed': ENTRIES,
  'history-grant.issued': {
    granteeAlias: 'text',
    granteeState: 'text',
    deviceFingerprints: 'texts',
    epochs: 'ranges',
  },
  'history-grant.fetched': { grantId: 'id' },
  'invitation.issued': INVITEE,
  'invitation.accepted': INVITEE,
  'invitation.cancelled': INVITEE,
  'invitation.expired': INVITEE,
  'opinion.requested': OPINION,
  'opinion.given': OPINION,
  'request.created': {},
  'request.listed': { count: 'count' },
  'request.consulted': {},
  'request.shared': { requestedState: 'text', versionHash: 'hash' },
  'request.frozen': { versionHash: 'hash' },
  'request.reminder-set': { before: 'text?', after: 'text?' },
  'request.status-changed': { ...CHANGE, reference: 'text?', reported: 'flag?' },
  'thread.created': { suite: 'text', legalBasis: 'text', caseType: 'text' },
  'thread.consulted': SEQUENCE,
  'thread.exported': { format: 'text', fromSeq: 'count', toSeq: 'count' },
  'thread.epoch-advanced': {
    epoch: 'count',
    added: 'count',
    removed: 'count',
    commitHash: 'hash',
  },
  'thread.commit-refused': { epoch: 'count', currentEpoch: 'count' },
  'thread.member-added': MEMBER,
  'thread.member-left': MEMBER,
  'thread.member-removed': MEMBER,
  'thread.role-changed': MEMBER,
  'thread.listed': { count: 'count' },
  'thread.closed': {},
  'thread.hold-placed': APPROVED,
  'thread.hold-lifted': APPROVED,
  'thread.retention-changed': CHANGE,
  'thread.erasure-confirmed': {},
  'thread.erased': { entries: 'count', attachments: 'count' },
} as const;
