import {
  createHash,
  createSign,
  generateKeyPairSync,
  randomBytes,
  sign as signEd25519,
  type KeyObject,
} from 'node:crypto';

import type { PasskeyAssertion, PasskeyRegistration } from '@enlace/contracts';

import { encodeCbor, type Cbor } from './cbor.js';

export type PasskeyAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

/** Flags of the authenticator data (Web Authentication Level 3, section 6.1). */
const FLAG = { present: 1, verified: 4, eligible: 8, backedUp: 16, attested: 64, extended: 128 };

/** What a page asks for, and what the authenticator says otherwise than the truth. */
export interface Asked {
  readonly origin: string;
  readonly challenge: Uint8Array;
  /** The host of the origin, where a page does not ask for another. */
  readonly rpId?: string;
  readonly type?: string;
  readonly isVerified?: boolean;
  readonly isSynced?: boolean;
  readonly counter?: number;
  /** More members of the client data, as browsers add them. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  /** Extension outputs, inside of what is signed. */
  readonly extensions?: ReadonlyMap<string, Cbor>;
}

/** A passkey in the hands of a test, with its private key. */
export interface SoftPasskey {
  readonly credentialId: Buffer;
  readonly algorithm: PasskeyAlgorithm;
  readonly privateKey: KeyObject;
  readonly coseKey: Buffer;
  /** How a device certificate names it. */
  readonly ref: string;
  counter: number;
}

/** How a passkey is made, beside what a page asks for. */
export interface Making extends Asked {
  readonly algorithm?: PasskeyAlgorithm;
  readonly aaguid?: string;
  readonly format?: string;
  readonly statement?: ReadonlyMap<string, Cbor>;
  /** Bits of an RSA key. */
  readonly bits?: number;
  readonly credentialId?: Buffer;
}

const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** Makes a passkey and says so as browsers do; real keys, and no line of the library that verifies them. */
export function makePasskey(asked: Making): {
  readonly passkey: SoftPasskey;
  readonly registration: PasskeyRegistration;
} {
  const { algorithm = 'ES256', aaguid = NO_MODEL, format = 'none', bits = 2_048 } = asked;
  const { privateKey, coseKey } = newKey(algorithm, bits);
  const credentialId = asked.credentialId ?? randomBytes(32);
  const ref = createHash('sha256').update(credentialId).update(coseKey).digest('base64url');
  const attested = Buffer.concat([
    Buffer.from(aaguid.replaceAll('-', ''), 'hex'),
    Buffer.of(credentialId.length >> 8, credentialId.length & 255),
    credentialId,
    coseKey,
  ]);
  const authData = authenticatorData({ counter: 0, ...asked }, attested);
  const statement = asked.statement ?? new Map<string, Cbor>();
  const object = new Map<string, Cbor>([
    ['fmt', format],
    ['attStmt', statement],
    ['authData', authData],
  ]);
  return {
    passkey: { credentialId, algorithm, privateKey, coseKey, ref, counter: 0 },
    registration: {
      credentialId: credentialId.toString('base64url'),
      clientDataJSON: clientData('webauthn.create', asked).toString('base64url'),
      attestationObject: encodeCbor(object).toString('base64url'),
    },
  };
}

/** Signs what a page asks for. The counter goes on by one, unless the authenticator does not count. */
export function signWith(passkey: SoftPasskey, asked: Asked): PasskeyAssertion {
  const counter = asked.counter ?? (passkey.counter += 1);
  const authData = authenticatorData({ ...asked, counter });
  const client = clientData('webauthn.get', asked);
  const data = Buffer.concat([authData, createHash('sha256').update(client).digest()]);
  return {
    credentialId: passkey.credentialId.toString('base64url'),
    clientDataJSON: client.toString('base64url'),
    authenticatorData: authData.toString('base64url'),
    signature: signatureOf(passkey, data).toString('base64url'),
  };
}

function clientData(
  type: string,
  { origin, challenge, clientData: more, ...asked }: Asked,
): Buffer {
  const said = {
    type: asked.type ?? type,
    challenge: Buffer.from(challenge).toString('base64url'),
    origin,
    crossOrigin: false,
    ...more,
  };
  return Buffer.from(JSON.stringify(said));
}

function authenticatorData(
  { origin, rpId, isVerified = true, isSynced = false, counter = 0, extensions }: Asked,
  attested: Buffer | null = null,
): Buffer {
  const flags =
    FLAG.present |
    (isVerified ? FLAG.verified : 0) |
    (isSynced ? FLAG.eligible | FLAG.backedUp : 0) |
    (attested === null ? 0 : FLAG.attested) |
    (extensions === undefined ? 0 : FLAG.extended);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  return Buffer.concat([
    createHash('sha256')
      .update(rpId ?? new URL(origin).hostname)
      .digest(),
    Buffer.of(flags),
    count,
    attested ?? Buffer.alloc(0),
    extensions === undefined ? Buffer.alloc(0) : encodeCbor(extensions),
  ]);
}

function signatureOf({ algorithm, privateKey }: SoftPasskey, data: Buffer): Buffer {
  if (algorithm === 'EdDSA') return signEd25519(null, data, privateKey);
  return createSign('sha256').update(data).sign(privateKey);
}

/** RFC 9053: the public key as an authenticator writes it. */
function newKey(algorithm: PasskeyAlgorithm, bits: number) {
  const { privateKey, publicKey } = pairOf(algorithm, bits);
  const jwk = publicKey.export({ format: 'jwk' });
  const member = (name: 'x' | 'y' | 'n' | 'e') => Buffer.from(jwk[name] ?? '', 'base64url');
  const keys: Readonly<Record<PasskeyAlgorithm, readonly (readonly [number, Cbor])[]>> = {
    EdDSA: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, member('x')],
    ],
    ES256: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, member('x')],
      [-3, member('y')],
    ],
    RS256: [
      [1, 3],
      [3, -257],
      [-1, member('n')],
      [-2, member('e')],
    ],
  };
  return { privateKey, coseKey: encodeCbor(new Map<number, Cbor>(keys[algorithm])) };
}

function pairOf(algorithm: PasskeyAlgorithm, bits: number) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('rsa', { modulusLength: bits });
}
