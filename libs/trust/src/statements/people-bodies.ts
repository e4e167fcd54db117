import { z } from 'zod';

import { AUDIT_SCOPES, ROLES } from '@enlace/contracts';

import {
  bytesOf,
  count,
  duty,
  hash,
  head,
  instant,
  listOf,
  names,
  objectId,
  personId,
  publicKey,
  text,
} from './fields.js';

/** X-Wing public key (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519. */
const KEM_KEY_BYTES = 1_216;

export const office = z.strictObject({
  ...head('office'),
  officeId: objectId,
  parent: objectId.nullable(),
  kind: z.enum([
    'specialised',
    'liaison',
    'cooperation',
    'central-authority',
    'registry',
    'chancellery',
    'audit',
  ]),
  names,
  regions: listOf(z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/), 0, 64),
  duties: listOf(duty, 0, 32),
  zone: text(64).regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/),
  closed: z.boolean(),
});

export const personCert = z.strictObject({
  ...head('person-cert'),
  personId,
  officeId: objectId,
  roles: listOf(z.enum(ROLES), 1, ROLES.length),
  auditScope: z.enum(AUDIT_SCOPES).nullable(),
  identityKey: publicKey,
  card: hash,
  notBefore: instant,
  notAfter: instant,
  previous: hash.nullable(),
});

export const deviceCert = z.strictObject({
  ...head('device-cert'),
  personId,
  deviceId: objectId,
  signKey: publicKey,
  kemKey: bytesOf(KEM_KEY_BYTES),
  platform: z.enum(['browser', 'cli']),
  authenticators: listOf(hash, 0, 4),
  notBefore: instant,
  notAfter: instant,
});

export const revocation = z.strictObject({
  ...head('revocation'),
  target: hash,
  targetKind: z.enum(['device', 'person', 'registrar', 'office']),
  reason: z.enum(['lost', 'compromised', 'suspended', 'left', 'superseded', 'error']),
  sinceIndex: count(0, Number.MAX_SAFE_INTEGER).nullable(),
});

export const contact = z.strictObject({
  ...head('contact'),
  contactId: objectId,
  officeId: objectId,
  personId: personId.nullable(),
  duties: listOf(duty, 1, 32),
  card: hash,
  closed: z.boolean(),
});

export const contactApproval = z.strictObject({
  ...head('contact-approval'),
  contact: hash,
  validUntil: instant,
});

export const contactConfirmation = z.strictObject({
  ...head('contact-confirmation'),
  contact: hash,
  quarter: z.string().regex(/^20\d{2}-Q[1-4]$/),
  confirmedUntil: instant,
});
