import { AUDIT_SCOPES, ROLES } from '@enlace/contracts';

import { bilingual, named, readUpTo } from './directory-forms.js';
import { z } from './messages.js';

export const revocationReason = z.enum([
  'lost',
  'compromised',
  'suspended',
  'left',
  'superseded',
  'error',
]);

/** Whom to invite, as what; the worker makes the code. */
export const invitee = z.strictObject({
  officeId: z.string(),
  roles: z.array(z.enum(ROLES)),
  auditScope: z.nullable(z.enum(AUDIT_SCOPES)),
  name: z.string(),
  title: bilingual,
});

/** What is handed over on paper. The code crosses once, here. */
export const invited = z.strictObject({
  invitationId: z.string(),
  expiresAt: z.string(),
  paper: z.string(),
});

export const openedKey = z.strictObject({ fingerprint: z.string() });

const person = z.strictObject({
  personId: z.string(),
  /** The certificate that is shown; the next one is made after it and after no other. Null: there is none. */
  seen: z.nullable(z.string()),
  ...named,
  office: z.nullable(bilingual),
  roles: z.array(z.enum(ROLES)),
  until: z.nullable(z.string()),
  /** `certified`, or the rule by which the own directory refuses the chain. */
  standing: z.string(),
  /** False after `lost` and `compromised`: that key is never certified again. */
  mayReturn: z.boolean(),
  isActive: z.boolean(),
  isFrozen: z.boolean(),
  isSelf: z.boolean(),
});

const invitation = z.strictObject({
  invitationId: z.string(),
  personId: z.string(),
  /** Hash of what was signed so far: an act names it, so that what is signed is what was shown. */
  seen: z.string(),
  step: z.enum(['proposed', 'approved', 'claimed', 'certified', 'active', 'cancelled', 'expired']),
  ...named,
  office: z.nullable(bilingual),
  roles: z.array(z.enum(ROLES)),
  auditScope: z.nullable(z.enum(AUDIT_SCOPES)),
  expiresAt: z.string(),
  /** Whether this registrar signed the invitation and the certificate, and how many have signed the certificate. */
  isOwn: z.boolean(),
  hasCertified: z.boolean(),
  certificates: z.int(),
});

export const registry = z.strictObject({
  state: z.string(),
  /** Fingerprint of the registrar's key while it is open on this page. */
  key: z.nullable(z.string()),
  offices: z.array(z.strictObject({ officeId: z.string(), names: bilingual })),
  people: z.array(person),
  invitations: z.array(invitation),
  readAt: z.string(),
  log: readUpTo,
});

/** A certificate on its way to the second registrar: signed by the first one, and no secret. */
export const draft = z.strictObject({ text: z.string() });

/** What such a certificate says, before it is signed. */
export const nextCertificate = z.strictObject({
  personId: z.string(),
  ...named,
  office: z.nullable(bilingual),
  roles: z.array(z.enum(ROLES)),
  auditScope: z.nullable(z.enum(AUDIT_SCOPES)),
  until: z.string(),
  isReinstated: z.boolean(),
});
