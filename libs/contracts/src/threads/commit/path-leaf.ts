import { ByteReader, type DeviceId, type PersonId } from '@enlace/kernel';

import { CommitRefused } from './commit-refused.js';
import type { SuiteSizes } from './group-suites.js';
import type { MlsReader } from './mls-reader.js';

/** Whose leaf it is: the credential says the ids, the key is the one that the certificate of the device must name. */
export interface LeafIdentity {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  /** Ed25519, 32 bytes. */
  readonly signKey: Uint8Array;
}

const MLS_1_0 = 1;
const BASIC_CREDENTIAL = 1;
const IDENTITY_VERSION = 1;
const COMMIT_SOURCE = 3;
const SIGN_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

class LeafRefused extends CommitRefused {
  constructor() {
    super('leaf');
  }
}

/** The identity of a basic credential: `u8 1 || deviceId || personId`. Throws `commit.invalid`, rule `leaf`. */
export function decodeLeafIdentity(
  identity: Uint8Array,
): Pick<LeafIdentity, 'deviceId' | 'personId'> {
  const reader = new ByteReader(identity, LeafRefused);
  if (reader.u8() !== IDENTITY_VERSION) throw new LeafRefused();
  const ids = { deviceId: reader.id<DeviceId>(), personId: reader.id<PersonId>() };
  reader.end();
  return ids;
}

/**
 * What follows the node key of the leaf that a commit puts into the tree (RFC 9420, section 7.2): a basic credential,
 * no extensions, and the capabilities of the profile, one suite and nothing else.
 */
export function readPathLeaf(reader: MlsReader, sizes: SuiteSizes): LeafIdentity {
  const signKey = reader.vector();
  assertLeaf(signKey.length === SIGN_KEY_BYTES);
  assertLeaf(reader.u16() === BASIC_CREDENTIAL);
  const ids = decodeLeafIdentity(reader.vector());
  const [versions, suites, extensions, proposals, credentials] = Array.from({ length: 5 }, () =>
    reader.items(1, (item) => item.u16()),
  );
  assertLeaf(versions?.[0] === MLS_1_0 && suites?.length === 1);
  assertLeaf(extensions?.length === 0 && proposals?.length === 0);
  assertLeaf(credentials?.[0] === BASIC_CREDENTIAL);
  assertLeaf(reader.u8() === COMMIT_SOURCE);
  const parentHash = reader.vector().length;
  assertLeaf(parentHash === 0 || parentHash === sizes.hash);
  assertLeaf(reader.vector().length === 0);
  assertLeaf(reader.vector().length === SIGNATURE_BYTES);
  return { ...ids, signKey };
}

function assertLeaf(holds: boolean): void {
  if (!holds) throw new LeafRefused();
}
