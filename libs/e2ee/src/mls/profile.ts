import { decodeLeafIdentity, THREAD_LIMITS, type LeafIdentity } from '@enlace/contracts';
import {
  concatBytes,
  equalBytes,
  idBytes,
  isDomainError,
  u32be,
  type ThreadId,
} from '@enlace/kernel';
import type { SuiteName } from '@enlace/contracts';

import { GroupError } from './group-error.js';

import type { RosterLeaf, CredentialCheck } from './group-state.js';
import type { ClientState, LeafNode, RatchetTree } from './library.js';

type Credential = LeafNode['credential'];

const IDENTITY_VERSION = 1;

export function groupIdOf(threadId: ThreadId, incarnation: number): Uint8Array<ArrayBuffer> {
  return concatBytes(idBytes(threadId), u32be(incarnation));
}

export function credentialOf({
  deviceId,
  personId,
}: Pick<LeafIdentity, 'deviceId' | 'personId'>): Credential {
  const identity = concatBytes(
    Uint8Array.of(IDENTITY_VERSION),
    idBytes(deviceId),
    idBytes(personId),
  );
  return { credentialType: 'basic', identity };
}

/** Whose leaf it is. Throws `group.credential` for anything but the credential of the profile. */
function identityOf(credential: Credential, signKey: Uint8Array): LeafIdentity {
  if (credential.credentialType !== 'basic') {
    throw new GroupError('group.credential', 'a leaf has another kind of credential');
  }
  try {
    return { ...decodeLeafIdentity(credential.identity), signKey };
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new GroupError('group.credential', 'a leaf has no identity of the profile', { cause });
  }
}

/** One suite, no extensions, no proposals beyond those of RFC 9420. */
export function capabilitiesOf(suite: SuiteName): LeafNode['capabilities'] {
  return {
    versions: ['mls10'],
    ciphersuites: [suite],
    extensions: [],
    proposals: [],
    credentials: ['basic'],
  };
}

/** Certificates say how long a device counts; the lifetime of a leaf says nothing more (RFC 9420, section 7.2). */
export const LEAF_LIFETIME = { notBefore: 0n, notAfter: 2n ** 64n - 1n } as const;

/** The library's defaults accept everybody and keep old keys: none of them is used. */
export function clientConfigOf(auth: CredentialCheck): ClientState['clientConfig'] {
  return {
    keyRetentionConfig: {
      retainKeysForGenerations: 0,
      retainKeysForEpochs: 0,
      maximumForwardRatchetSteps: 0,
    },
    lifetimeConfig: { maximumTotalLifetime: 2n ** 64n - 1n, validateLifetimeOnReceive: false },
    keyPackageEqualityConfig: {
      compareKeyPackages: (a, b) =>
        equalBytes(a.leafNode.signaturePublicKey, b.leafNode.signaturePublicKey),
      compareKeyPackageToLeafNode: (a, b) =>
        equalBytes(a.leafNode.signaturePublicKey, b.signaturePublicKey),
    },
    paddingConfig: { kind: 'alwaysPad', paddingLength: 0 },
    authService: {
      validateCredential: async (credential, signKey) =>
        auth(identityOf(credential, signKey)) !== 'refused',
    },
  };
}

/**
 * The devices of a tree. Throws for a tree that no commit of the profile makes: leaves or parents in the wrong places,
 * unmerged leaves, extensions, other capabilities, more than 100 devices, a device or a key twice.
 */
// Attacker-controlled: a package comes from a member, a tree after a commit from its author.
export function rosterOf(tree: RatchetTree, suite: SuiteName): readonly RosterLeaf[] {
  const roster = tree.flatMap((node, at) => {
    if (node === undefined) return [];
    const isLeafPlace = at % 2 === 0;
    if (isLeafPlace !== (node.nodeType === 'leaf')) throw treeRefused('places');
    if (node.nodeType === 'parent') {
      if (node.parent.unmergedLeaves.length > 0) throw treeRefused('unmerged');
      return [];
    }
    assertLeafOfProfile(node.leaf, suite);
    return [{ leaf: at / 2, ...identityOf(node.leaf.credential, node.leaf.signaturePublicKey) }];
  });
  if (roster.length > THREAD_LIMITS.devices) {
    throw new GroupError('group.limit', 'more devices than a thread holds', {
      facts: { limit: THREAD_LIMITS.devices, found: roster.length },
    });
  }
  const names = roster.map(({ deviceId }) => deviceId);
  const keys = roster.map(({ signKey }) => signKey.join());
  if (new Set(names).size < roster.length || new Set(keys).size < roster.length) {
    throw treeRefused('twice');
  }
  return roster;
}

function assertLeafOfProfile(leaf: LeafNode, suite: SuiteName): void {
  const { versions, ciphersuites, extensions, proposals, credentials } = leaf.capabilities;
  const isOfProfile =
    versions.join() === 'mls10' &&
    ciphersuites.join() === suite &&
    credentials.join() === 'basic' &&
    extensions.length + proposals.length + leaf.extensions.length === 0 &&
    leaf.leafNodeSource !== 'update';
  if (!isOfProfile) throw treeRefused('leaf');
}

function treeRefused(rule: string): GroupError {
  return new GroupError('group.shape', `a tree that the profile does not have: ${rule}`, {
    facts: { rule },
  });
}
