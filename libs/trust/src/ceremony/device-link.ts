import { z } from 'zod';

import { parseBase64Url, type JsonObject } from '@enlace/kernel';

import { keyId } from '../fingerprint.js';
import { SIGNING_LABELS, type SigningLabel } from '../labels.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';
import {
  authority,
  bytesOf,
  hash,
  instant,
  objectId,
  personId,
  publicKey,
} from '../statements/fields.js';
import { deviceCert } from '../statements/people-bodies.js';
import { StatementRefused } from '../trust-error.js';

/** A device proves itself anew for each question; its proof counts for so long, before and after its own time. */
const POLL_LIFE_MS = 60_000;

/** A new device offers its keys, and commits to the number that it tells later. */
const offer = z.strictObject({
  linkId: objectId,
  deviceId: objectId,
  signKey: publicKey,
  kemKey: deviceCert.shape.kemKey,
  platform: deviceCert.shape.platform,
  commitment: hash,
});

/** A certified device of the person takes it up, and commits to its own number. */
const acceptance = z.strictObject({
  linkId: objectId,
  state: authority,
  personId,
  deviceId: objectId,
  signKey: publicKey,
  commitment: hash,
});

/** The new device asks what there is for it; from the acceptance on it tells its number. */
const poll = z.strictObject({
  linkId: objectId,
  at: instant,
  nonce: bytesOf(16),
  reveal: bytesOf(32).nullable(),
});

export type DeviceOffer = Readonly<z.infer<typeof offer>>;
export type DeviceAcceptance = Readonly<z.infer<typeof acceptance>>;
type DevicePoll = Readonly<z.infer<typeof poll>>;

/** What was said, with the bytes that were signed: the digits are over them. */
export interface Said<Body> {
  readonly body: Body;
  readonly bytes: Uint8Array;
}

/** Throws `statement.refused` unless the key in it signed it, alone. */
export function verifyDeviceOffer(wire: string): Said<DeviceOffer> {
  const object = parseSignedObject(wire);
  const body = read(offer, object.body, 'device-offer-members');
  return said(object, body, { label: SIGNING_LABELS.deviceOffer, signKey: body.signKey });
}

/** Throws `statement.refused` unless the key in it signed it, alone. Whose key that is, the digits tell. */
export function verifyDeviceAcceptance(wire: string): Said<DeviceAcceptance> {
  const object = parseSignedObject(wire);
  const body = read(acceptance, object.body, 'device-acceptance-members');
  return said(object, body, { label: SIGNING_LABELS.deviceAcceptance, signKey: body.signKey });
}

/** Reads a question without judging it: the caller finds the offer that it is about. Throws `statement.refused`. */
export function parseDevicePoll(wire: string): DevicePoll {
  return read(poll, parseSignedObject(wire).body, 'device-poll-members');
}

/** The question, when the device of the offer signed it within the last minute. Throws `statement.refused`. */
export function verifyDevicePoll(wire: string, signKey: string, nowMs: number): DevicePoll {
  const object = parseSignedObject(wire);
  const body = read(poll, object.body, 'device-poll-members');
  said(object, body, { label: SIGNING_LABELS.devicePoll, signKey });
  if (Math.abs(Date.parse(body.at) - nowMs) > POLL_LIFE_MS) {
    throw new StatementRefused('device-poll-time');
  }
  return body;
}

function said<Body>(
  object: SignedObject,
  body: Body,
  { label, signKey }: { readonly label: SigningLabel; readonly signKey: string },
): Said<Body> {
  const key = parseBase64Url(signKey);
  const [signature, ...more] = object.signatures;
  const isAlone = more.length === 0 && signature?.key === keyId(key);
  if (!isAlone || !isSignedBy(object, label, key)) throw new StatementRefused('signature');
  return { body, bytes: object.bodyBytes };
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  body: JsonObject,
  rule: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new StatementRefused(rule);
  return parsed.data;
}
