/** The kinds of signed JSON besides statements. One label a kind: a signature is never read as another kind. */
export const SIGNING_LABELS = {
  approval: 'enlace/approval/v1',
  breakGlass: 'enlace/breakglass/v1',
  claim: 'enlace/claim/v1',
  claimPoll: 'enlace/claim-poll/v1',
  clientEvent: 'enlace/client-event/v1',
  custody: 'enlace/custody/v1',
  deviceAcceptance: 'enlace/device-acceptance/v1',
  deviceOffer: 'enlace/device-offer/v1',
  devicePoll: 'enlace/device-poll/v1',
  evidence: 'enlace/evidence/v1',
  invitation: 'enlace/invitation/v1',
  recovery: 'enlace/recovery/v1',
  reentry: 'enlace/reentry/v1',
  session: 'enlace/session/v1',
  stepUp: 'enlace/stepup/v1',
  vaultHead: 'enlace/vault-head/v1',
} as const;

/** What a signature is said to be: one of the list, or a statement of some type. */
export type SigningLabel =
  (typeof SIGNING_LABELS)[keyof typeof SIGNING_LABELS] | `enlace/trust/v1/${string}`;
