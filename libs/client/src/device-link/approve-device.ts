import { ROUTES, type DeviceLinkPart, type StateCode } from '@enlace/contracts';
import { sealForDevice } from '@enlace/e2ee';
import {
  equalBytes,
  isJsonObject,
  parseBase64Url,
  toBase64Url,
  type Clock,
  type JsonObject,
  type JsonValue,
  type PersonId,
  type Random,
} from '@enlace/kernel';
import {
  currentOf,
  deviceCommitment,
  deviceDigits,
  deviceKeysHash,
  deviceTranscript,
  isCommittedNonce,
  publicKeyOf,
  readDeviceRequest,
  SIGNING_LABELS,
  signObject,
  verifyDeviceAcceptance,
  verifyDeviceOffer,
  type DeviceAcceptance,
  type DeviceOffer,
  type DeviceRequestText,
  type Directory,
  type Said,
} from '@enlace/trust';

import { CeremonyRefused } from '../ceremony/ceremony-refused.js';
import { signFirstCertificate, type ClaimKeys } from '../ceremony/claim.js';
import { handInCertificate } from '../ceremony/own-devices.js';
import type { Session } from '../session/session.js';
import { AnswerMalformed } from '../transport/client-error.js';
import { encodeHandedOver } from './linked-device.js';

const NONCE_BYTES = 32;

/** A certified device of the person, which has seen its own chain. */
export interface ApprovingDevice {
  readonly session: Session;
  readonly state: StateCode;
  readonly personId: PersonId;
  readonly keys: Pick<ClaimKeys, 'deviceId' | 'identitySeed' | 'signSeed'>;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The side of a certified device. `typed` is what the new device shows: the server is asked for the keys behind it, and
 * hands out those or is found out. Nothing is signed for anybody before `approve`.
 */
export class DeviceApproval {
  readonly #device: ApprovingDevice;
  readonly #offer: Said<DeviceOffer>;
  readonly #acceptance: Said<DeviceAcceptance>;
  readonly #nonce: Uint8Array;
  #transcript: Uint8Array | null = null;

  private constructor(
    device: ApprovingDevice,
    said: { readonly offer: Said<DeviceOffer>; readonly acceptance: Said<DeviceAcceptance> },
    nonce: Uint8Array,
  ) {
    this.#device = device;
    this.#offer = said.offer;
    this.#acceptance = said.acceptance;
    this.#nonce = nonce;
  }

  /**
   * Takes an offer up, as the first. Throws `invitation.malformed` for a text that was mistyped, `ceremony.refused`
   * when the server shows other keys than the text names, `device-link.not-found`, `device-link.step`.
   */
  static async begin(device: ApprovingDevice, typed: string): Promise<DeviceApproval> {
    const { session, state, personId, keys, random } = device;
    const asked = readDeviceRequest(typed);
    const { linkId } = asked;
    const offer = offerNamed(asked, (await ask(session, linkId)).offer);
    const nonce = random.bytes(NONCE_BYTES);
    const body = {
      linkId,
      state,
      personId,
      deviceId: keys.deviceId,
      signKey: toBase64Url(publicKeyOf(keys.signSeed)),
      commitment: toBase64Url(deviceCommitment(linkId, nonce)),
    };
    const wire = signObject(SIGNING_LABELS.deviceAcceptance, body, [keys.signSeed]);
    await say(session, linkId, { part: 'acceptance', content: wire });
    const acceptance = verifyDeviceAcceptance(wire);
    return new DeviceApproval(device, { offer, acceptance }, nonce);
  }

  get deviceId(): string {
    return this.#offer.body.deviceId;
  }

  /**
   * The digits, `null` while the new device has not told its number. Throws `ceremony.refused` for a number that it has
   * not committed to.
   */
  async digits(): Promise<string | null> {
    if (this.#transcript !== null) return deviceDigits(this.#transcript);
    const { session } = this.#device;
    const { linkId, commitment } = this.#offer.body;
    const { reveal } = await ask(session, linkId);
    if (reveal === null) return null;
    const offeredNonce = refusing(() => parseBase64Url(reveal));
    if (!isCommittedNonce(linkId, offeredNonce, parseBase64Url(commitment))) {
      throw new CeremonyRefused('link');
    }
    await say(session, linkId, { part: 'reveal', content: toBase64Url(this.#nonce) });
    this.#transcript = deviceTranscript({
      offer: this.#offer.bytes,
      acceptance: this.#acceptance.bytes,
      offeredNonce,
      acceptedNonce: this.#nonce,
    });
    return deviceDigits(this.#transcript);
  }

  /**
   * Certifies the new device and hands the vault over. `seen` are the digits that the new device shows. Throws
   * `ceremony.refused` (`digits`) when they are others: somebody stands between the two; nothing was signed then.
   */
  async approve(
    seen: string,
    hands: { readonly rootKey: Uint8Array; readonly trustStoreFingerprint: Uint8Array },
  ): Promise<void> {
    const transcript = this.#transcript;
    const isSame = transcript !== null && seen.replaceAll(/\s/g, '') === deviceDigits(transcript);
    if (!isSame) throw new CeremonyRefused('digits');
    const { session, random } = this.#device;
    const { linkId, kemKey } = this.#offer.body;
    const deviceCert = this.#certificate();
    await handInCertificate(session, deviceCert);
    const content = encodeHandedOver({ ...hands, deviceCert });
    const box = sealForDevice(content, { kemKey: parseBase64Url(kemKey), transcript }, random);
    await say(session, linkId, { part: 'box', content: toBase64Url(box) });
  }

  // A box that was lost on its way leaves a certificate behind: for the same keys it is good for the next try.
  #certificate(): string {
    const { state, personId, keys, directory, clock } = this.#device;
    const { deviceId, signKey, kemKey, platform } = this.#offer.body;
    const before = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
    const known = before?.statement.body;
    if (known !== undefined) {
      const isSame =
        known.signKey === signKey && known.kemKey === kemKey && known.personId === personId;
      if (!isSame) throw new CeremonyRefused('link');
      return before?.statement.object.wire ?? '';
    }
    const device = { state, personId, deviceId, signKey, kemKey, platform, authenticators: [] };
    return signFirstCertificate(device, keys.identitySeed, clock);
  }
}

/** The offer that the text names, whatever the server shows. A browser brings passkeys, which nobody can show here. */
function offerNamed(
  { linkId, deviceId, keysHash }: DeviceRequestText,
  wire: string,
): Said<DeviceOffer> {
  const offer = refusing(() => verifyDeviceOffer(wire));
  const { body } = offer;
  const keys = [body.signKey, body.kemKey].map(parseBase64Url);
  const [signKey = new Uint8Array(), kemKey = new Uint8Array()] = keys;
  const isNamed =
    body.linkId === linkId &&
    body.deviceId === deviceId &&
    equalBytes(deviceKeysHash(signKey, kemKey), keysHash);
  if (!isNamed) throw new CeremonyRefused('keys');
  if (body.platform !== 'cli') throw new CeremonyRefused('platform');
  return offer;
}

async function ask(
  session: Session,
  linkId: string,
): Promise<{ readonly offer: string; readonly reveal: string | null }> {
  const request = { method: 'GET', path: pathOf(linkId) } as const;
  const { offer, reveal = null } = objectIn(await session.request(request, 'none'));
  if (typeof offer !== 'string' || (reveal !== null && typeof reveal !== 'string')) {
    throw new AnswerMalformed('device-link');
  }
  return { offer, reveal };
}

async function say(
  session: Session,
  linkId: string,
  body: { readonly part: DeviceLinkPart; readonly content: string },
): Promise<void> {
  await session.request({ method: 'POST', path: pathOf(linkId), body }, 'none');
}

function pathOf(linkId: string): string {
  return ROUTES.deviceLink.replace(':id', linkId);
}

function objectIn(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

function refusing<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new CeremonyRefused('link', { cause });
  }
}
