import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatInstant, parseStrictJson, toBase64Url, utf8, canonicalJson } from '@enlace/kernel';
import {
  aNoteSigner,
  forTestsOnlySeed,
  MemoryTiles,
  nodeTlogCrypto,
  Region,
  strictPolicy,
} from '@enlace/testing';
import {
  digestWire,
  EMPTY_EDGE,
  encodeDirectoryLeaf,
  extendTiles,
  formatAddCheckpoint,
  formatCheckpoint,
  formatVkey,
  hashLeaf,
  parseTilePath,
  signNote,
} from '@enlace/tlog';
import {
  cryptoReady,
  parseStatement,
  signStatement,
  STATEMENT_KINDS,
  type TrustStore,
} from '@enlace/trust';

import { StatementFold, type StatementReader } from '../../apps/cli/src/witness/statement-fold.js';
import { listen, type ListeningWitness } from '../../apps/cli/src/witness/witness-server.js';
import { Witness, type Unfounded } from '../../apps/cli/src/witness/witness.js';
import { pollLog } from '../../apps/cli/src/witness/poll-log.js';

const ORIGIN = 'directory.localhost';
const NAME = 'witness.example.cr/enlace';

/** A server that has the key of the directory, and appends what it likes. */
const signer = aNoteSigner(ORIGIN);

let region: Region;
let folder: string;
let wires: string[];
let witness: Witness;
let listening: ListeningWitness;
let told: Unfounded[];
/** What the server hands out, which need not be what it signed. */
let read: StatementReader;

beforeEach(async () => {
  await cryptoReady();
  region = await Region.founded(['CR', 'GT', 'PA']);
  wires = [...region.wires];
  folder = await mkdtemp(join(tmpdir(), 'enlace-fold-'));
  read = async (from, limit) =>
    wires.slice(from, from + limit).map((wire, at) => ({
      index: from + at,
      acceptedAt: formatInstant(region.nowMs),
      wire,
    }));
  await open();
});

afterEach(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  told = [];
  witness = Witness.obtain(join(folder, 'w'), NAME);
  witness.trustLogs([formatVkey(signer.key)]);
  const vkey = formatVkey(signer.key);
  const trustStore: TrustStore = { ...region.trustStore, directory: { origin: ORIGIN, vkey } };
  const fold = StatementFold.open({
    folder: join(folder, 'w'),
    trustStore,
    state: 'CR',
    read: async (from, limit) => read(from, limit),
  });
  witness.foldWith(fold, (unfounded) => told.push(unfounded));
  listening = await listen(witness, { host: '127.0.0.1', port: 0 });
}

async function close(): Promise<void> {
  await listening.close();
  witness.close();
}

function treeOf(of: readonly string[]) {
  const hashes = of.map((wire) => {
    const kind = kindOf(wire);
    const wireDigest = digestWire(nodeTlogCrypto, utf8(wire));
    const leaf = encodeDirectoryLeaf({ kind, acceptedAtMs: region.nowMs, wireDigest });
    return hashLeaf(nodeTlogCrypto, leaf);
  });
  const { tiles, root } = extendTiles(nodeTlogCrypto, EMPTY_EDGE, hashes);
  const rows = new MemoryTiles();
  rows.store(tiles);
  return { rows, head: { origin: ORIGIN, size: hashes.length, root } };
}

const head = (of: readonly string[] = wires) => treeOf(of).head;

function kindOf(wire: string): number {
  try {
    return STATEMENT_KINDS[parseStatement(wire).type];
  } catch {
    return 255;
  }
}

/** As the server would ask for a cosignature, over HTTP: status of the answer. */
async function ask(of: readonly string[] = wires): Promise<number> {
  const checkpoint = signNote(formatCheckpoint(head(of)), signer);
  const oldSize = wasCosigned() ? of.length : 0;
  const body = formatAddCheckpoint({ oldSize, proof: [], checkpoint });
  const url = `${listening.url}/add-checkpoint`;
  const answer = await fetch(url, { method: 'POST', body: Buffer.from(body) });
  return answer.status;
}

function wasCosigned(): boolean {
  return witness.held().some(({ note }) => note !== null);
}

/** As a witness polls it. */
async function poll(of: readonly string[] = wires) {
  const note = signNote(formatCheckpoint(head(of)), signer);
  const [held] = witness.held();
  if (held === undefined) throw new Error('no log');
  const parts = async (path: string) => {
    if (path.endsWith('checkpoint')) return note;
    const address = parseTilePath(path.slice(path.indexOf('tile/')));
    return address.kind === 'hashes' ? treeOf(of).rows.readTile(address) : null;
  };
  return pollLog(witness, { url: 'http://127.0.0.1:1', read: parts }, held);
}

/** A statement in the name of a State that somebody else signed. */
function forged(state: 'CR' | 'GT'): string {
  const { body } = region.draft(strictPolicy(state), [`root:${state}`]);
  return signStatement(body, [forTestsOnlySeed('stranger')]);
}

const forgedAt = (index: number) => ({
  kind: 'forged',
  index,
  origin: ORIGIN,
  size: wires.length,
});

describe("a directory with a statement in a State's name that is not its own", () => {
  it('is not cosigned by the witness of that State, called or calling', async () => {
    wires.push(forged('CR'));
    expect(await ask()).toBe(422);
    expect(await poll()).toMatchObject({ kind: 'refused', status: 422 });
    expect(told).toEqual([forgedAt(wires.length - 1), forgedAt(wires.length - 1)]);
    expect(witness.held().map(({ note }) => note)).toEqual([null]);
    // Nor later, whatever follows.
    wires.push(region.draft(strictPolicy('CR'), ['root:CR']).object.wire);
    expect(await ask()).toBe(422);
  });

  it('is cosigned where the rubbish is in the name of another State: that is for its witness', async () => {
    wires.push(forged('GT'));
    expect(await ask()).toBe(200);
    expect(told).toEqual([]);
  });

  it.each([
    ['with a member too many', (body: object) => canonicalJson({ ...body, extra: 1 })],
    ['with bytes that are not canonical', (body: object) => JSON.stringify(body, null, 1)],
  ])('is not cosigned when it is spelt %s', async (_, spell) => {
    const [wire = ''] = wires.slice(-1);
    const { body } = region.draft(strictPolicy('CR'), ['root:CR']);
    const outer: object = Object(parseStrictJson(wire));
    wires.push(canonicalJson({ ...outer, body: toBase64Url(utf8(spell(body))) }));
    expect(await ask()).toBe(422);
    expect(told).toEqual([forgedAt(wires.length - 1)]);
  });

  it('is not cosigned when the State seems to have signed two truths', async () => {
    const first = region.draft(strictPolicy('CR'), ['root:CR']);
    const second = region.draft(strictPolicy('CR', { maxDevices: 5 }), ['root:CR']);
    wires.push(first.object.wire, second.object.wire);
    expect(await ask()).toBe(422);
    expect(told).toEqual([forgedAt(wires.length - 1)]);
  });
});

describe('a server that hands out other statements than it signed', () => {
  it('gets no cosignature for them, nor for fewer or none', async () => {
    const honest = read;
    const signed = [...wires, forged('CR')];
    expect(await ask(signed)).toBe(422);
    expect(told.at(-1)).toMatchObject({ kind: 'other-tree' });
    read = async () => [];
    expect(await ask()).toBe(422);
    read = async (from, limit) => (await honest(from, limit)).toReversed();
    expect(await ask()).toBe(422);
    read = honest;
    expect(await ask()).toBe(200);
  });

  it('is asked again later when it does not answer: nothing was decided', async () => {
    const honest = read;
    read = async () => {
      const { CliError } = await import('../../apps/cli/src/command-line/cli-error.js');
      throw new CliError('server.unreachable');
    };
    expect(await ask()).toBe(503);
    read = honest;
    expect(await ask()).toBe(200);
  });
});

describe('what a witness has folded', () => {
  it('is kept, so that only what is new is read after a restart', async () => {
    expect(await ask()).toBe(200);
    await close();
    await open();
    const honest = read;
    const asked: number[] = [];
    read = async (from, limit) => {
      asked.push(from);
      return honest(from, limit);
    };
    const before = wires.length;
    wires.push(forged('CR'));
    expect(await poll()).toMatchObject({ kind: 'refused' });
    expect(asked).toEqual([before]);
  });

  it('counts for nothing where it was damaged: it is read again', async () => {
    expect(await ask()).toBe(200);
    await close();
    const file = join(folder, 'w', 'statements.jsonl');
    await appendFile(file, '{"acceptedAtMs":1,"wi');
    await open();
    expect(await ask()).toBe(200);
    await close();
    await writeFile(file, '{"acceptedAtMs":1,"wire":"x"}\n');
    await open();
    wires.push(forged('CR'));
    expect(await poll()).toMatchObject({ kind: 'refused', status: 422 });
    expect(told).toEqual([forgedAt(wires.length - 1)]);
  });
});
