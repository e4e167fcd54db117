import { z } from 'zod';

import { AUDIT_SCOPES, ROLES } from '@enlace/contracts';

import {
  authority,
  bytesOf,
  hash,
  instant,
  listOf,
  names,
  objectId,
  personId,
  publicKey,
  text,
} from '../statements/fields.js';
import { deviceCert } from '../statements/people-bodies.js';

/** What a registrar proposes and a second one signs as well: whom their State invites, as what. */
export const invitation = z.strictObject({
  invitationId: objectId,
  state: authority,
  personId,
  officeId: objectId,
  roles: listOf(z.enum(ROLES), 1, ROLES.length),
  auditScope: z.enum(AUDIT_SCOPES).nullable(),
  card: hash,
  codeHash: hash,
  expiresAt: instant,
});

/** What two registrars sign for a person who has no passkey left: one new device may be certified with this code. */
export const reentry = z.strictObject({
  reentryId: objectId,
  state: authority,
  personId,
  codeHash: hash,
  expiresAt: instant,
});

/** What an invited person answers with: the keys that were made on the device. Signed by both of them. */
export const claim = z.strictObject({
  state: authority,
  invitationId: objectId,
  codeHash: hash,
  identityKey: publicKey,
  deviceId: objectId,
  signKey: publicKey,
  kemKey: deviceCert.shape.kemKey,
  platform: deviceCert.shape.platform,
  authenticators: deviceCert.shape.authenticators,
});

/** How the device of a claim asks how far the ceremony is. */
export const claimPoll = z.strictObject({
  state: authority,
  invitationId: objectId,
  at: instant,
  nonce: bytesOf(16),
});

/** Whom to call, when and in which language; shown in a profile only. */
export const contactCard = z.strictObject({
  displayName: text(200).nullable(),
  function: names,
  languages: listOf(z.string().regex(/^[a-z]{2,3}$/), 1, 16),
  phone: text(64).nullable(),
  email: text(254).nullable(),
  hours: text(200).nullable(),
  substitute: text(200).nullable(),
});

/** The name behind a certificate. */
export const personCard = z.strictObject({ displayName: text(200), title: names });
