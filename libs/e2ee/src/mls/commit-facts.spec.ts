import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { decodeCommitFacts, encodeCommitContext, GROUP_SUITES } from '@enlace/contracts';
import { concatBytes, equalBytes, isDomainError, parseHex, toHex, u32be } from '@enlace/kernel';
import { flipBit, GroupLab, SeededRandom } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';
import { readMessage, writeMessage } from './group-bytes.js';
import type { MLSMessage } from './library.js';
import { credentialOf } from './profile.js';

interface Vector {
  readonly accepted: Readonly<Record<string, string>>;
  readonly refused: Readonly<Record<string, { rule: string; bytes: string }>>;
}

const vector = JSON.parse(
  readFileSync(new URL('../../vectors/commit-facts.json', import.meta.url), 'utf8'),
) as Vector;

beforeAll(cryptoReady);

type Commit = Extract<MLSMessage, { wireformat: 'mls_public_message' }>;

function publicCommit(bytes: Uint8Array) {
  const message = readMessage(bytes);
  if (message.wireformat !== 'mls_public_message') throw new Error('not public');
  const { content } = message.publicMessage;
  if (content.contentType !== 'commit' || content.commit.path === undefined) {
    throw new Error('not a commit with a path');
  }
  return { message, content, path: content.commit.path };
}

/** Commits of all shapes, the same in every run. */
async function commitsOf(suite: GroupLab['suite']): Promise<ReadonlyMap<string, Uint8Array>> {
  const lab = await GroupLab.found(suite, new SeededRandom(`commit-facts ${suite}`));
  const first = lab.author;
  const [second, third, fourth] = [lab.device(), lab.device(), lab.device()];
  const commits = new Map<string, Uint8Array>();
  const note = async (name: string, made: Promise<{ commit: Uint8Array }>) =>
    commits.set(`${suite} ${name}`, (await made).commit);
  await note('join', lab.join(second));
  for (const device of [third, fourth]) await lab.join(device);
  await note('update', lab.update(first));
  await note('rejoin', lab.join(second));
  await note('remove', lab.remove(first, [second.deviceId, third.deviceId]));
  await note('remove, and alone', lab.remove(first, [fourth.deviceId]));
  return commits;
}

const refusalOf = (bytes: Uint8Array): unknown => {
  try {
    decodeCommitFacts(bytes);
    return 'accepted';
  } catch (error) {
    return isDomainError(error, 'commit.invalid') ? error.facts['rule'] : error;
  }
};

describe('the facts of a commit', () => {
  it.each(Object.values(GROUP_SUITES))('are what the library says, in %s', async (suite) => {
    for (const [name, bytes] of await commitsOf(suite)) {
      const facts = decodeCommitFacts(bytes);
      const { message, content, path } = publicCommit(bytes);
      const { sender, commit, groupId, epoch, authenticatedData } = content;
      expect(`${name},`).toContain(`${suite} ${facts.shape},`);
      expect(facts.suite).toBe(suite);
      expect(toHex(groupId)).toBe(
        facts.threadId.replaceAll('-', '') + toHex(u32be(facts.incarnation)),
      );
      expect(BigInt(facts.epoch)).toBe(epoch);
      expect(facts.senderLeaf).toBe(sender.senderType === 'member' ? sender.leafIndex : null);
      const removed = commit.proposals.flatMap((entry) =>
        entry.proposalOrRefType === 'proposal' && entry.proposal.proposalType === 'remove'
          ? [entry.proposal.remove.removed]
          : [],
      );
      expect(facts.removedLeaves).toEqual(removed);
      expect(path.leafNode.credential).toEqual(credentialOf(facts.pathLeaf));
      expect(toHex(facts.pathLeaf.signKey)).toBe(toHex(path.leafNode.signaturePublicKey));
      expect(toHex(encodeCommitContext(facts.context))).toBe(toHex(authenticatedData));
      expect(writeMessage(message)).toEqual(bytes);
    }
  });

  it('have a form for ever', async () => {
    const made = new Map<string, string>();
    for (const suite of Object.values(GROUP_SUITES)) {
      for (const [name, bytes] of await commitsOf(suite)) made.set(name, toHex(bytes));
    }
    expect(Object.fromEntries(made)).toEqual(vector.accepted);
    expect(made.size).toBe(10);
  });

  it('are one per spelling: what is accepted after a flipped bit is written the same by the library', () => {
    const bytes = parseHex(vector.accepted[`${GROUP_SUITES.x25519} rejoin`] ?? '');
    const accepted = Array.from({ length: bytes.length * 8 }, (_, bit) =>
      flipBit(bytes, bit),
    ).filter((changed) => refusalOf(changed) === 'accepted');
    expect(
      accepted.filter((changed) => !equalBytes(writeMessage(readMessage(changed)), changed)),
    ).toEqual([]);
    // Keys, hashes, ciphertexts and signatures say nothing that could be read wrongly.
    expect(accepted.length).toBeGreaterThan(1000);
  });

  it('are refused for more than a blob holds', () => {
    expect(refusalOf(new Uint8Array(1024 * 1024 + 1))).toBe('size');
    expect(refusalOf(new Uint8Array(1024 * 1024))).toBe('wire-format');
  });
});

type Content = ReturnType<typeof publicCommit>['content'];
type Proposals = Content['commit']['proposals'];
type Leaf = ReturnType<typeof publicCommit>['path']['leafNode'];

const commitBytes = (shape: string): Uint8Array =>
  parseHex(vector.accepted[`${GROUP_SUITES.x25519} ${shape}`] ?? '');

const changed = (shape: string, change: (content: Content) => Partial<Content>): Uint8Array => {
  const { message, content } = publicCommit(commitBytes(shape));
  const next = { ...content, ...change(content) };
  const wrong = { ...message.publicMessage, senderType: next.sender.senderType, content: next };
  return writeMessage({ ...message, publicMessage: wrong as Commit['publicMessage'] });
};
const withProposals = (shape: string, change: (proposals: Proposals) => Proposals): Uint8Array =>
  changed(shape, ({ commit }) => ({ commit: { ...commit, proposals: change(commit.proposals) } }));
const withLeaf = (change: (leaf: Leaf) => Partial<Leaf>): Uint8Array =>
  changed('update', ({ commit }) => {
    if (commit.path === undefined) return {};
    const leafNode = { ...commit.path.leafNode, ...change(commit.path.leafNode) };
    return { commit: { ...commit, path: { ...commit.path, leafNode } } };
  });
const remove = (removed: number): Proposals[number] => ({
  proposalOrRefType: 'proposal',
  proposal: { proposalType: 'remove', remove: { removed } },
});
const splice = (bytes: Uint8Array, at: number, [gone, ...put]: readonly number[]): Uint8Array =>
  concatBytes(bytes.subarray(0, at), Uint8Array.from(put), bytes.subarray(at + (gone ?? 0)));
const without = <Value extends object>(value: Value, member: keyof Value): Value => {
  const { [member]: _gone, ...rest } = value;
  return rest as Value;
};

const WRONG: Readonly<Record<string, readonly [rule: string, make: () => Uint8Array]>> = {
  'a byte too many': ['wire', () => concatBytes(commitBytes('update'), Uint8Array.of(0))],
  'a byte too few': ['wire', () => commitBytes('update').subarray(0, -1)],
  'a length in four bytes': ['wire', () => splice(commitBytes('update'), 4, [1, 0x80, 0, 0, 20])],
  'a length in two bytes': ['wire', () => splice(commitBytes('update'), 4, [1, 0x40, 20])],
  'a length of the forbidden kind': ['wire', () => splice(commitBytes('update'), 4, [1, 0xc0])],
  'another version': ['wire-format', () => splice(commitBytes('update'), 0, [2, 0, 2])],
  'a private message': ['wire-format', () => splice(commitBytes('update'), 2, [2, 0, 2])],
  'a group id that is too short': [
    'group',
    () => changed('update', ({ groupId }) => ({ groupId: groupId.subarray(1) })),
  ],
  'a group id that is too long': [
    'group',
    () => changed('update', ({ groupId }) => ({ groupId: concatBytes(groupId, Uint8Array.of(0)) })),
  ],
  'a thread that is no UUID': [
    'group',
    () => changed('update', () => ({ groupId: new Uint8Array(20) })),
  ],
  'an epoch beyond 2^53': ['wire', () => changed('update', () => ({ epoch: 2n ** 53n }))],
  'an external sender': [
    'sender',
    () => changed('update', () => ({ sender: { senderType: 'external', senderIndex: 0 } })),
  ],
  'an author beyond the last leaf': [
    'leaf-index',
    () => changed('update', () => ({ sender: { senderType: 'member', leafIndex: 100 } })),
  ],
  'another context': [
    'context',
    () =>
      changed('update', ({ authenticatedData: data }) => ({ authenticatedData: flipBit(data, 0) })),
  ],
  'a context of another version': [
    'context',
    () =>
      changed('update', ({ authenticatedData: data }) => ({
        authenticatedData: flipBit(data, 32),
      })),
  ],
  'a short context': [
    'context',
    () =>
      changed('update', ({ authenticatedData: data }) => ({ authenticatedData: data.subarray(1) })),
  ],
  'no path': [
    'path',
    () => changed('update', ({ commit }) => ({ commit: without(commit, 'path') })),
  ],
  'a reference': [
    'reference',
    () =>
      withProposals('update', () => [
        { proposalOrRefType: 'reference', reference: new Uint8Array(32) },
      ]),
  ],
  'a pre-shared key': [
    'proposal',
    () =>
      withProposals('update', () => [
        {
          proposalOrRefType: 'proposal',
          proposal: {
            proposalType: 'psk',
            psk: {
              preSharedKeyId: {
                psktype: 'external',
                pskId: new Uint8Array(1),
                pskNonce: new Uint8Array(32),
              },
            },
          },
        },
      ]),
  ],
  'other extensions of the group': [
    'proposal',
    () =>
      withProposals('update', () => [
        {
          proposalOrRefType: 'proposal',
          proposal: {
            proposalType: 'group_context_extensions',
            groupContextExtensions: { extensions: [] },
          },
        },
      ]),
  ],
  'a leaf removed twice': [
    'removed-twice',
    () => withProposals('remove', (all) => [...all, ...all]),
  ],
  'its author removed': [
    'own-removal',
    () => withProposals('remove', (all) => [...all, remove(0)]),
  ],
  'a leaf beyond the last removed': [
    'leaf-index',
    () => withProposals('remove', () => [remove(100)]),
  ],
  'more than twenty leaves removed': [
    'too-many',
    () => withProposals('remove', () => Array.from({ length: 21 }, (_, at) => remove(at + 1))),
  ],
  'a member that joins': [
    'shape',
    () => withProposals('update', () => publicCommit(commitBytes('join')).content.commit.proposals),
  ],
  'a joiner that does not join': ['shape', () => withProposals('join', () => [])],
  'a joiner that only removes': ['shape', () => withProposals('rejoin', (all) => all.slice(0, 1))],
  'a joiner that removes two': [
    'shape',
    () => withProposals('rejoin', (all) => [remove(0), ...all]),
  ],
  'a joiner that removes last': ['shape', () => withProposals('rejoin', (all) => all.toReversed())],
  'a joiner that joins twice': [
    'shape',
    () => withProposals('rejoin', (all) => [...all.slice(1), ...all.slice(1)]),
  ],
  'a key of another suite': [
    'suite',
    () => withLeaf(() => ({ hpkePublicKey: new Uint8Array(33) })),
  ],
  'an encapsulated key of another suite': [
    'suite',
    () =>
      withProposals('join', () => [
        {
          proposalOrRefType: 'proposal',
          proposal: {
            proposalType: 'external_init',
            externalInit: { kemOutput: new Uint8Array(1120) },
          },
        },
      ]),
  ],
  'another kind of credential': [
    'leaf',
    () => withLeaf(() => ({ credential: { credentialType: 'x509', certificates: [] } })),
  ],
  'an identity of another version': [
    'leaf',
    () =>
      withLeaf(() => ({ credential: { credentialType: 'basic', identity: new Uint8Array(33) } })),
  ],
  'an identity that is too short': [
    'leaf',
    () => withLeaf(() => ({ credential: { credentialType: 'basic', identity: Uint8Array.of(1) } })),
  ],
  'a short signature key': [
    'leaf',
    () => withLeaf(() => ({ signaturePublicKey: new Uint8Array(31) })),
  ],
  'two suites': [
    'too-many',
    () =>
      withLeaf(({ capabilities }) => ({
        capabilities: { ...capabilities, ciphersuites: Object.values(GROUP_SUITES) },
      })),
  ],
  'no suite': [
    'leaf',
    () => withLeaf(({ capabilities }) => ({ capabilities: { ...capabilities, ciphersuites: [] } })),
  ],
  'an extension of its capabilities': [
    'leaf',
    () => withLeaf(({ capabilities }) => ({ capabilities: { ...capabilities, extensions: [7] } })),
  ],
  'an extension of its leaf': [
    'leaf',
    () =>
      withLeaf(() => ({
        extensions: [{ extensionType: 'application_id', extensionData: new Uint8Array() }],
      })),
  ],
  'a short signature of its leaf': [
    'leaf',
    () => withLeaf(({ signature }) => ({ signature: signature.subarray(1) })),
  ],
  'a parent hash of another length': [
    'leaf',
    () => withLeaf(() => ({ parentHash: new Uint8Array(31) })),
  ],
};

describe('no commit of a thread', () => {
  it.each(Object.entries(WRONG))('has %s', (name, [rule, make]) => {
    const bytes = make();
    expect(refusalOf(bytes)).toBe(rule);
    expect(vector.refused[name]).toEqual({ rule, bytes: toHex(bytes) });
  });

  it('is left out of the vectors', () => {
    expect(Object.keys(vector.refused)).toEqual(Object.keys(WRONG));
  });
});
