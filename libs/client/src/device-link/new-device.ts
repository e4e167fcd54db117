import { DEVICE_LINK_PARTS, ROUTES, type DeviceLinkHeard } from '@enlace/contracts';
import { openFromDevice } from '@enlace/e2ee';
import {
  formatInstant,
  isJsonObject,
  newId,
  parseBase64Url,
  toBase64Url,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Random,
} from '@enlace/kernel';
import {
  deviceCommitment,
  deviceDigits,
  deviceKeysHash,
  deviceTranscript,
  formatDeviceRequest,
  isCommittedNonce,
  parseStatement,
  SIGNING_LABELS,
  signObject,
  verifyDeviceAcceptance,
  verifyDeviceOffer,
  type DeviceAcceptance,
  type DeviceOffer,
  type Said,
} from '@enlace/trust';

import { CeremonyRefused } from '../ceremony/ceremony-refused.js';
import type { ClaimKeys } from '../ceremony/claim.js';
import { AnswerMalformed } from '../transport/client-error.js';
import {
  grantedBody,
  NO_SESSION_YET,
  wireRequest,
  type HttpTransport,
} from '../transport/http-transport.js';
import { decodeHandedOver, offeredKeys, type HandedOver } from './linked-device.js';

const NONCE_BYTES = 32;

/** A new device, whose keys were made and kept before. */
export interface LinkingPorts {
  readonly transport: HttpTransport;
  readonly keys: Pick<ClaimKeys, 'deviceId' | 'signSeed' | 'kemSeed'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** How far it is: nobody has answered, both have the digits, or the certified device has handed over. */
export type LinkStanding =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'digits'; readonly digits: string }
  | {
      readonly kind: 'linked';
      readonly digits: string;
      readonly acceptance: DeviceAcceptance;
      readonly handedOver: HandedOver;
    };

/**
 * The side of a new device: it shows a text, which its person carries to one of the own devices, and six digits, which
 * the person compares. The number of this side is told only after the other one has committed to its own. What is kept
 * in memory alone is gone with the program: a new offer with the same keys begins again.
 */
export class NewDeviceLink {
  readonly #ports: LinkingPorts;
  readonly #offer: Said<DeviceOffer>;
  readonly #nonce: Uint8Array;
  #acceptance: Said<DeviceAcceptance> | null = null;

  private constructor(ports: LinkingPorts, offer: Said<DeviceOffer>, nonce: Uint8Array) {
    this.#ports = ports;
    this.#offer = offer;
    this.#nonce = nonce;
  }

  /** Offers the keys. Throws the refusal of the server. */
  static async offer(ports: LinkingPorts): Promise<NewDeviceLink> {
    const { transport, keys, clock, random } = ports;
    const linkId = newId(clock, random);
    const nonce = random.bytes(NONCE_BYTES);
    const commitment = toBase64Url(deviceCommitment(linkId, nonce));
    const { deviceId } = keys;
    const body = { linkId, deviceId, ...offeredKeys(keys), platform: 'cli', commitment };
    const wire = signObject(SIGNING_LABELS.deviceOffer, body, [keys.signSeed]);
    await post(transport, ROUTES.deviceLinks, { wire });
    return new NewDeviceLink(ports, verifyDeviceOffer(wire), nonce);
  }

  /** What is typed or pasted on a certified device of the person. */
  get text(): string {
    const { linkId, deviceId, signKey, kemKey } = this.#offer.body;
    const keysHash = deviceKeysHash(parseBase64Url(signKey), parseBase64Url(kemKey));
    return formatDeviceRequest({ linkId, deviceId, keysHash });
  }

  /**
   * Asks how far it is. Throws `ceremony.refused` for what the other side cannot have said (`link`: another acceptance
   * than before, another number than committed to, a certificate of other keys), `vault.not-opened`, and the refusal of
   * the server: `device-link.not-found` when the time is over.
   */
  async poll(): Promise<LinkStanding> {
    const { acceptance, reveal, box } = await this.#ask();
    if (acceptance === null) return { kind: 'waiting' };
    const said = this.#accepted(acceptance);
    if (reveal === null) return { kind: 'waiting' };
    const transcript = this.#transcript(said, reveal);
    const digits = deviceDigits(transcript);
    if (box === null) return { kind: 'digits', digits };
    const { kemSeed } = this.#ports.keys;
    const opened = openFromDevice(parseBase64Url(box), { kemSeed, transcript });
    const handedOver = decodeHandedOver(opened);
    this.#assertCertified(handedOver, said.body);
    return { kind: 'linked', digits, acceptance: said.body, handedOver };
  }

  // The first acceptance counts: a server that shows another one afterwards has two devices in hand.
  #accepted(wire: string): Said<DeviceAcceptance> {
    const said = refusing(() => verifyDeviceAcceptance(wire));
    const before = this.#acceptance?.bytes ?? said.bytes;
    const isSame = toBase64Url(before) === toBase64Url(said.bytes);
    if (said.body.linkId !== this.#offer.body.linkId || !isSame) throw new CeremonyRefused('link');
    this.#acceptance = said;
    return said;
  }

  #transcript(acceptance: Said<DeviceAcceptance>, reveal: string): Uint8Array {
    const acceptedNonce = refusing(() => parseBase64Url(reveal));
    const { linkId, commitment } = acceptance.body;
    if (!isCommittedNonce(linkId, acceptedNonce, parseBase64Url(commitment))) {
      throw new CeremonyRefused('link');
    }
    return deviceTranscript({
      offer: this.#offer.bytes,
      acceptance: acceptance.bytes,
      offeredNonce: this.#nonce,
      acceptedNonce,
    });
  }

  /** What was certified are the own keys, for the person who took the offer up. */
  #assertCertified({ deviceCert }: HandedOver, { personId, state }: DeviceAcceptance): void {
    const { body } = refusing(() => parseStatement(deviceCert));
    const { deviceId, signKey, kemKey } = this.#offer.body;
    const isOwn =
      body.type === 'device-cert' &&
      body.deviceId === deviceId &&
      body.signKey === signKey &&
      body.kemKey === kemKey &&
      body.personId === personId &&
      body.state === state;
    if (!isOwn) throw new CeremonyRefused('link');
  }

  async #ask(): Promise<DeviceLinkHeard> {
    const { transport, keys, clock, random } = this.#ports;
    const body = {
      linkId: this.#offer.body.linkId,
      at: formatInstant(clock.nowMs()),
      nonce: toBase64Url(random.bytes(16)),
      reveal: this.#acceptance === null ? null : toBase64Url(this.#nonce),
    };
    const wire = signObject(SIGNING_LABELS.devicePoll, body, [keys.signSeed]);
    return readHeard(await post(transport, ROUTES.deviceLinkStatus, { wire }));
  }
}

async function post(transport: HttpTransport, path: string, body: JsonObject): Promise<JsonValue> {
  const request = wireRequest({ method: 'POST', path, body });
  return grantedBody(await transport.send(request, NO_SESSION_YET));
}

// Attacker-controlled: the server's text. What is in each part is verified where it is used.
function readHeard(value: JsonValue): DeviceLinkHeard {
  const told = isJsonObject(value) ? value : {};
  const [acceptance, reveal, box] = DEVICE_LINK_PARTS.map((part) => {
    const text = told[part] ?? null;
    if (text !== null && typeof text !== 'string') throw new AnswerMalformed('device-link');
    return text;
  });
  return { acceptance: acceptance ?? null, reveal: reveal ?? null, box: box ?? null };
}

function refusing<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new CeremonyRefused('link', { cause });
  }
}
