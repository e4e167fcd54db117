import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

import { parseBase64, parseHex, toHex, utf8 } from '@enlace/kernel';
import { nodeTlogCrypto as crypto, refusalOf } from '@enlace/testing';

import * as tlog from './index.js';

/**
 * Vectors of other projects (transparency-dev/merkle, C2SP, golang/mod), read in place where they lie beside the
 * checkout or above it, and never committed. Elsewhere the lists are empty, the titles say 0, and the frozen
 * vectors of our own carry the proof.
 */
const folder = ['../../../../shared/vectors/tlog/', '../../../../../shared/vectors/tlog/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

const read = <Content>(name: string): Content | null =>
  folder === undefined
    ? null
    : (JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Content);
const readAll = <Content>(name: string): readonly (Content & { readonly file: string })[] =>
  (folder === undefined ? [] : ['0', '1', '2'])
    .flatMap((group) =>
      readdirSync(new URL(`${name}/${group}/`, folder)).map((file) => `${name}/${group}/${file}`),
    )
    .flatMap((file) => {
      const content = read<Content>(file);
      return content === null ? [] : [{ ...content, file }];
    });
const bytes = (base64: string | null): Uint8Array => parseBase64(base64 ?? '');
const isAccepted = (act: () => unknown): boolean => refusalOf(act) === 'accepted';

interface InclusionCase {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
interface ConsistencyCase {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}
const inclusion = readAll<InclusionCase>('inclusion');
const consistency = readAll<ConsistencyCase>('consistency');

describe(`vectors of other projects (${inclusion.length + consistency.length} proofs here)`, () => {
  it('are all there, or none', () => {
    expect([0, 49]).toContain(inclusion.length);
    expect(consistency).toHaveLength(inclusion.length === 0 ? 0 : 43);
  });

  it('of inclusion are accepted and refused as they say', () => {
    const wrong = inclusion.filter(({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
      const claim = {
        leafHash: bytes(leafHash),
        index: leafIdx,
        size: treeSize,
        root: bytes(root),
        proof: (proof ?? []).map(bytes),
      };
      return isAccepted(() => tlog.verifyInclusion(crypto, claim)) === wantErr;
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('of growth are accepted and refused as they say', () => {
    const wrong = consistency.filter(({ size1, size2, root1, root2, proof, wantErr }) => {
      const hashes = (proof ?? []).map(bytes);
      const claim = { size1, root1: bytes(root1), size2, root2: bytes(root2), proof: hashes };
      // Those vectors call growth from nothing consistent; here only verifyGrowth knows the empty tree.
      const verify = (): unknown =>
        size1 === 0 && size2 > 0
          ? tlog.verifyGrowth(
              crypto,
              { size: 0, root: bytes(root1) },
              { next: { size: size2, root: bytes(root2) }, proof: hashes },
            )
          : tlog.verifyConsistency(crypto, claim);
      return isAccepted(verify) === wantErr;
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  const constants = read<{
    emptyRoot: string;
    emptyLeafHash: string;
    hashLeaf: { leafUtf8: string; hash: string };
    leafInputsHex: string[];
    nodeHashesHexByLevel: string[][];
    rootHashesHexBySize: string[];
  }>('rfc6962-constants.json');

  it('give the hashes of the reference trees', () => {
    const inputs = (constants?.leafInputsHex ?? []).map(parseHex);
    const roots = inputs.map((_, at) => {
      const builder = new tlog.RootBuilder(crypto);
      for (const input of inputs.slice(0, at + 1)) builder.push(tlog.hashLeaf(crypto, input));
      return toHex(builder.root());
    });
    expect(roots).toEqual((constants?.rootHashesHexBySize ?? []).slice(1));
    const levels = constants?.nodeHashesHexByLevel ?? [];
    expect(inputs.map((input) => toHex(tlog.hashLeaf(crypto, input)))).toEqual(levels[0] ?? []);
    const parents = levels.slice(0, -1).map((hashes) => {
      const pairs = hashes.map(parseHex).slice(0, hashes.length - (hashes.length % 2));
      return Array.from({ length: pairs.length / 2 }, (_, at) =>
        toHex(tlog.hashNode(crypto, pairs[2 * at] ?? utf8(''), pairs[2 * at + 1] ?? utf8(''))),
      );
    });
    expect(parents).toEqual(levels.slice(1));
  });

  it('give the hashes of nothing and of one leaf', () => {
    const emptyLeafHash = toHex(tlog.hashLeaf(crypto, utf8('')));
    const { leafUtf8, hash } = constants?.hashLeaf ?? { leafUtf8: '', hash: emptyLeafHash };
    expect(toHex(tlog.emptyRoot())).toBe(constants?.emptyRoot ?? toHex(crypto.sha256(utf8(''))));
    expect(emptyLeafHash).toBe(constants?.emptyLeafHash ?? hash);
    expect(toHex(tlog.hashLeaf(crypto, utf8(leafUtf8)))).toBe(hash);
  });

  it('hold a note that its key opens', () => {
    const example = read<{ vkey: string; note: string }>('signed-note-example.json');
    const opened = example && [
      tlog.openNote(crypto, utf8(example.note), [tlog.parseVkey(crypto, example.vkey)]).text,
    ];
    expect(opened ?? []).toEqual(example ? ['This is an example message.\n'] : []);
  });

  const paths = read<{
    indexPaths: { n: number; path: string }[];
    wholePaths: {
      kind: 'tile' | 'entries';
      level?: number;
      n: number;
      width: number;
      path: string;
    }[];
    invalidIndexPaths: { path: string }[];
    tilesOfSize: { size: number; levels: tlog.LevelTiles[] }[];
  }>('tile-paths.json');

  it('spell tile paths as we do', () => {
    for (const { n, path } of paths?.indexPaths ?? []) {
      const address = { kind: 'entries', index: n, width: 256 } as const;
      expect(tlog.tilePath(address)).toBe(`tile/entries/${path}`);
      expect(tlog.parseTilePath(`tile/entries/${path}`)).toEqual(address);
    }
    for (const { kind, level = 0, n, width, path } of paths?.wholePaths ?? []) {
      const address: tlog.TileAddress =
        kind === 'tile'
          ? { kind: 'hashes', level, index: n, width }
          : { kind: 'entries', index: n, width };
      expect(tlog.tilePath(address)).toBe(path);
      expect(tlog.parseTilePath(path)).toEqual(address);
    }
  });

  it('refuse the spellings that we refuse, and count tiles as we do', () => {
    const invalid = (paths?.invalidIndexPaths ?? []).flatMap(({ path }) => [
      `tile/0/${path}`,
      `tile/entries/${path}`,
    ]);
    expect(invalid.filter((path) => isAccepted(() => tlog.parseTilePath(path)))).toEqual([]);
    for (const { size, levels } of paths?.tilesOfSize ?? []) {
      expect(tlog.tilesOfSize(size)).toEqual(levels);
    }
  });
});
