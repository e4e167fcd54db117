import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { parseHex, parseId, parseUtf8, toHex, utf8 } from '@enlace/kernel';
import { aNoteSigner, MemoryTiles, nodeTlogCrypto as crypto } from '@enlace/testing';

import * as tlog from './index.js';

/** Computed once in another language from RFC 6962, C2SP and our layouts; frozen, never written by this code. */
const read = <Content>(name: string): Content =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as Content;

interface TreeVectors {
  readonly roots: readonly { size: number; root: string }[];
  readonly inclusion: readonly {
    index: number;
    size: number;
    leafHash: string;
    root: string;
    proof: string[];
  }[];
  readonly consistency: readonly {
    size1: number;
    size2: number;
    root1: string;
    root2: string;
    proof: string[];
  }[];
  readonly partialTiles: readonly { level: number; index: number; width: number; sha256: string }[];
}
const trees = read<TreeVectors>('tree');
const leafHashes = Array.from({ length: 70_000 }, (_, index) =>
  tlog.hashLeaf(crypto, utf8(`entrada ${index}`)),
);

describe('frozen trees', () => {
  const whole = tlog.extendTiles(crypto, tlog.EMPTY_EDGE, leafHashes);
  const tiles = new MemoryTiles();
  tiles.store(whole.tiles);

  it.each(trees.roots)('the root of $size entries', ({ size, root }) => {
    const builder = new tlog.RootBuilder(crypto);
    for (const leafHash of leafHashes.slice(0, size)) builder.push(leafHash);
    expect(toHex(builder.root())).toBe(root);
  });

  it.each(trees.inclusion)('entry $index of $size', async ({ index, size, ...hashes }) => {
    const root = parseHex(hashes.root);
    const proof = hashes.proof.map(parseHex);
    const claim = { leafHash: parseHex(hashes.leafHash), index, size, root, proof };
    expect(tlog.verifyInclusion(crypto, claim).index).toBe(index);
    const verified = await tlog.VerifiedTiles.open(crypto, tiles, { size, root });
    expect((await verified.inclusionProof(index)).map(toHex)).toEqual(hashes.proof);
  });

  it.each(trees.consistency)(
    'growth from $size1 to $size2',
    async ({ size1, size2, ...hashes }) => {
      const [root1, root2] = [parseHex(hashes.root1), parseHex(hashes.root2)];
      const proof = hashes.proof.map(parseHex);
      const claim = { size1, root1, size2, root2, proof };
      expect(tlog.verifyConsistency(crypto, claim).size1).toBe(size1);
      const verified = await tlog.VerifiedTiles.open(crypto, tiles, { size: size2, root: root2 });
      expect((await verified.consistencyProof(size1)).map(toHex)).toEqual(hashes.proof);
    },
  );

  it.each(trees.partialTiles)('the partial tile $index of level $level', (tile) => {
    const partial = whole.edge.partials[tile.level] ?? utf8('');
    expect(partial).toHaveLength(tile.width * 32);
    expect(toHex(crypto.sha256(partial))).toBe(tile.sha256);
    expect(toHex(crypto.sha256(tiles.rows.get(`${tile.level}/${tile.index}`) ?? utf8('')))).toBe(
      tile.sha256,
    );
  });
});

interface EventVectors {
  readonly sections: Record<tlog.SectionName, { salt: string; bytes: string }>;
  readonly digests: Record<tlog.SectionName, string>;
  readonly commitment: string;
  readonly leaf: {
    kind: 'act';
    occurredAtMs: number;
    eventId: string;
    bytes: string;
    hash: string;
  };
  readonly directoryLeaf: {
    kind: number;
    acceptedAtMs: number;
    wire: string;
    bytes: string;
    hash: string;
  };
  readonly manifest: { rows: { index: number; leafHash: string }[]; root: string };
  readonly receipt: { vkey: string; dueByMs: number; bytes: string };
}

describe('frozen events', () => {
  const frozen = read<EventVectors>('events');
  const leaf = parseHex(frozen.leaf.bytes);

  it('the five digests, the commitment and the leaf', () => {
    const sections = Object.fromEntries(
      tlog.SECTION_NAMES.map((name) => {
        const { salt, bytes } = frozen.sections[name];
        return [name, { salt: parseHex(salt), bytes: utf8(bytes) }];
      }),
    ) as Record<tlog.SectionName, tlog.SaltedSection>;
    const digests = Object.fromEntries(
      tlog.SECTION_NAMES.map((name) => [name, tlog.digestSection(crypto, name, sections[name])]),
    ) as tlog.SectionDigests;
    for (const name of tlog.SECTION_NAMES) expect(toHex(digests[name])).toBe(frozen.digests[name]);
    const commitment = tlog.commitSections(crypto, digests);
    expect(toHex(commitment)).toBe(frozen.commitment);
    const { kind, occurredAtMs } = frozen.leaf;
    const eventId = parseId<tlog.AuditLeaf['eventId']>(frozen.leaf.eventId);
    const content = { kind, occurredAtMs, eventId, commitment };
    expect(toHex(tlog.encodeLeaf(content))).toBe(frozen.leaf.bytes);
    expect(toHex(tlog.hashLeaf(crypto, leaf))).toBe(frozen.leaf.hash);
    expect(tlog.verifyEvent(crypto, { leaf, digests, sections }).leaf).toEqual(content);
  });

  it('the leaf of the directory log', () => {
    const { wire, bytes, hash, ...content } = frozen.directoryLeaf;
    const wireDigest = tlog.digestWire(crypto, utf8(wire));
    expect(toHex(tlog.encodeDirectoryLeaf({ ...content, wireDigest }))).toBe(bytes);
    expect(toHex(tlog.hashLeaf(crypto, parseHex(bytes)))).toBe(hash);
  });

  it("a State's manifest", () => {
    const rows = frozen.manifest.rows.map(({ index, leafHash }) => ({
      index,
      leafHash: parseHex(leafHash),
    }));
    expect(toHex(tlog.manifestHead(crypto, rows).root)).toBe(frozen.manifest.root);
  });

  it('a receipt', () => {
    const { vkey, dueByMs, bytes } = frozen.receipt;
    const signer = aNoteSigner('receipts.enlace.example');
    expect(tlog.formatVkey(signer.key)).toBe(vkey);
    expect(toHex(tlog.issueReceipt(signer, { leaf, dueByMs }))).toBe(bytes);
    const key = tlog.parseVkey(crypto, vkey);
    expect(tlog.verifyReceipt(crypto, parseHex(bytes), key).dueByMs).toBe(dueByMs);
  });
});

interface NoteVectors {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly keys: { readonly log: string; readonly MX: string; readonly CR: string };
  readonly skey: string;
  readonly checkpoint: string;
  readonly cosignatures: readonly { name: string; timeSeconds: number; line: string }[];
  readonly policy: string;
  readonly proof: { readonly index: number; readonly leafHash: string; readonly file: string };
  readonly addCheckpoint: {
    readonly oldSize: number;
    readonly oldRoot: string;
    readonly body: string;
    readonly answer: {
      readonly status: number;
      readonly timeSeconds: number;
      readonly body: string;
    };
  };
}

describe('frozen notes', () => {
  const frozen = read<NoteVectors>('notes');
  const { origin, size } = frozen;
  const head = { size, root: parseHex(frozen.root) };
  const policy = tlog.parsePolicy(crypto, utf8(frozen.policy));

  it('keys', () => {
    const log = aNoteSigner(origin);
    expect(tlog.formatVkey(log.key)).toBe(frozen.keys.log);
    const { key, seed } = tlog.parseSkey(crypto, frozen.skey);
    expect(key).toEqual(log.key);
    expect(tlog.formatSkey({ key, seed })).toBe(frozen.skey);
  });

  it('a checkpoint and its cosignatures', () => {
    const text = tlog.formatCheckpoint({ origin, ...head });
    expect(parseUtf8(tlog.signNote(text, aNoteSigner(origin)))).toBe(frozen.checkpoint);
    const witness = aNoteSigner('witness.example.mx/enlace', { type: 'cosignature', seedByte: 2 });
    const [first] = frozen.cosignatures;
    expect(`${tlog.cosign(text, first?.timeSeconds ?? 0, witness)}\n`).toBe(first?.line);
    const note = utf8(frozen.checkpoint + frozen.cosignatures.map(({ line }) => line).join(''));
    const judged = tlog.judgeCheckpoint(crypto, note, policy);
    expect(judged.meetsQuorum).toBe(true);
    expect(judged.cosigners).toEqual(
      frozen.cosignatures.map(({ name, timeSeconds }) => ({ name, timeSeconds })),
    );
  });

  it('a proof file', () => {
    const { index, leafHash, file } = frozen.proof;
    const proven = tlog.verifyProof(crypto, utf8(file), { leafHash: parseHex(leafHash), policy });
    expect(proven.inclusion).toMatchObject({ index, ...head });
    expect(parseUtf8(tlog.formatProof(tlog.parseProof(utf8(file))))).toBe(file);
  });

  it('a request to a witness and its answer', () => {
    const { oldSize, oldRoot, body, answer } = frozen.addCheckpoint;
    const keys = [tlog.parseVkey(crypto, frozen.keys.log)];
    const latest = { size: oldSize, root: parseHex(oldRoot) };
    const signer = aNoteSigner('witness.example.mx/enlace', { type: 'cosignature', seedByte: 2 });
    const { timeSeconds } = answer;
    const state = { logs: new Map([[origin, { keys, latest }]]), signer, timeSeconds };
    expect(tlog.witnessStep(crypto, state, utf8(body))).toMatchObject({
      status: answer.status,
      body: answer.body,
      next: head,
    });
  });
});
