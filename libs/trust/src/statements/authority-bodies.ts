import { z } from 'zod';

import {
  authority,
  bytesOf,
  count,
  hash,
  head,
  instant,
  listOf,
  memberState,
  names,
  personId,
  publicKey,
  text,
} from './fields.js';

/** Key text of a signed note (C2SP signed-note): name, key hash, key. */
const vkey = text(512).regex(/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/);
const origin = text(255).regex(/^[^\s+]+$/);

export const stateRoot = z.strictObject({
  ...head('state-root'),
  rootKey: publicKey,
  names,
  notBefore: instant,
  notAfter: instant,
});

export const rootRotation = z.strictObject({
  ...head('root-rotation'),
  oldKey: publicKey,
  newKey: publicKey,
  notAfter: instant,
  effectiveAfterHours: count(168, 8_784),
});

/** For a root that was lost or stolen: other States stand for the new one. */
export const rootReplacement = z.strictObject({
  ...head('root-replacement'),
  lostKey: publicKey,
  newKey: publicKey,
  notAfter: instant,
});

export const statePolicy = z.strictObject({
  ...head('state-policy'),
  allowCliDevices: z.boolean(),
  allowSyncedPasskeys: z.boolean(),
  aaguids: listOf(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), 0, 64),
  sensitiveRoleDelayHours: count(0, 720),
  newDeviceNeedsRegistrar: z.boolean(),
  maxDevices: count(1, 16),
  minVaultWraps: count(2, 8),
  escrow: z.enum(['none', 'national-2of3']),
  auditRetentionDays: count(1, 36_525),
  alertThresholds: z.record(z.string().regex(/^[a-z0-9.-]{1,64}$/), count(0, 1_000_000_000)),
});

export const registrarCert = z.strictObject({
  ...head('registrar-cert'),
  registrarId: personId,
  key: publicKey,
  notBefore: instant,
  notAfter: instant,
});

export const witnessKey = z.strictObject({ ...head('witness-key'), vkey });

export const stateAdmission = z.strictObject({ ...head('state-admission'), admitted: hash });

export const stateRemoval = z.strictObject({ ...head('state-removal'), removed: authority });

export const logKey = z.strictObject({
  ...head('log-key'),
  use: z.enum(['directory', 'audit', 'receipts']),
  origin,
  vkey,
  notBefore: instant,
});

/** The parts of `trust-store.json`; a trust store is no statement but names the first of them. */
export const trustStore = z.strictObject({
  v: z.literal(1),
  deployment: text(255),
  directory: z.strictObject({ origin, vkey }),
  audit: z.array(z.strictObject({ origin, vkey })).max(64),
  policy: text(16_384),
  roots: z
    .array(z.strictObject({ state: authority, rootKey: bytesOf(32), stateRoot: hash }))
    .min(1)
    .max(memberState.options.length + 1),
  /** Who releases the browser client, and how many of them together; absent where none is served. */
  releases: z
    .strictObject({ threshold: count(1, 16), vkeys: z.array(vkey).min(1).max(16) })
    .exactOptional(),
  createdAt: instant,
});
