import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { LoggedStatement } from '@enlace/contracts';
import { canonicalJson, formatInstant, parseStrictJson, parseUtf8, utf8 } from '@enlace/kernel';
import {
  aNoteSigner,
  MemoryStore,
  nodeTlogCrypto,
  personaOf,
  Region,
  testId,
} from '@enlace/testing';
import {
  cosign,
  digestWire,
  encodeDirectoryLeaf,
  formatCheckpoint,
  formatNote,
  formatSignatureLine,
  formatVkey,
  hashLeaf,
  RootBuilder,
} from '@enlace/tlog';
import { parseStatement, STATEMENT_KINDS, verifyDevice } from '@enlace/trust';

import { DirectoryRefused } from './directory-alert.js';
import { DirectoryReplica, type DirectorySource } from './replica.js';

const ORIGIN = 'directory.example.test';
const log = aNoteSigner(ORIGIN, { seedByte: 1 });
const witnesses = [2, 3, 4].map((seedByte) =>
  aNoteSigner(`witness-${seedByte}.example.test`, { type: 'cosignature', seedByte }),
);

let region: Region;
let trustStoreText: string;
let all: readonly LoggedStatement[];

beforeAll(async () => {
  region = await Region.complete('CR');
  const store = parseStrictJson(region.trustStoreText) as Record<string, never>;
  const names = witnesses.map(({ key }, at) => `witness w${at} ${formatVkey(key)}`);
  trustStoreText = canonicalJson({
    ...store,
    directory: { origin: ORIGIN, vkey: formatVkey(log.key) },
    policy: `log ${formatVkey(log.key)}\n${names.join('\n')}\ngroup states 2 w0 w1 w2\nquorum states\n`,
  });
  all = region.wires.map((wire, index) => ({
    index,
    acceptedAt: formatInstant(region.nowMs - 3_600_000 + index),
    wire,
  }));
});

function kindOf(wire: string): number {
  try {
    return STATEMENT_KINDS[parseStatement(wire).type];
  } catch {
    return 255;
  }
}

/** The root as the server's own log would have it, written apart from the client. */
function rootOf(entries: readonly LoggedStatement[]): Uint8Array {
  const tree = new RootBuilder(nodeTlogCrypto);
  for (const { wire, acceptedAt } of entries) {
    const leaf = encodeDirectoryLeaf({
      kind: kindOf(wire),
      acceptedAtMs: Date.parse(acceptedAt),
      wireDigest: digestWire(nodeTlogCrypto, utf8(wire)),
    });
    tree.push(hashLeaf(nodeTlogCrypto, leaf));
  }
  return tree.root();
}

class Server implements DirectorySource {
  cosigners = 2;
  timeMs = region.nowMs;
  signer = log;
  pages = 0;
  /** What it answers for statements; the checkpoint is over `entries`. */
  serve: (from: number, limit: number) => readonly LoggedStatement[];
  hasLog = true;

  constructor(public entries: readonly LoggedStatement[]) {
    this.serve = (from, limit) => this.entries.slice(from, from + limit);
  }

  async statements(from: number, limit: number): Promise<readonly LoggedStatement[]> {
    this.pages += 1;
    return this.serve(from, limit);
  }

  async checkpoint(): Promise<string | null> {
    if (!this.hasLog) return null;
    const text = formatCheckpoint({
      origin: ORIGIN,
      size: this.entries.length,
      root: rootOf(this.entries),
    });
    return signedCheckpoint(text, this);
  }
}

function signedCheckpoint(text: string, { signer, cosigners, timeMs }: Server): string {
  const line = formatSignatureLine(signer.key, signer.sign(utf8(text)));
  const cosigned = witnesses
    .slice(0, cosigners)
    .map((witness, at) => cosign(text, Math.floor(timeMs / 1_000) + at, witness));
  return parseUtf8(formatNote(text, [line, ...cosigned]));
}

const refused = (alert: string) =>
  expect.objectContaining({
    code: 'directory.refused',
    facts: expect.objectContaining({ alert }),
  });

describe('the replica of the directory', () => {
  let store: MemoryStore;
  const open = async (from = store) =>
    DirectoryReplica.open(from, { trustStoreText, viewpoint: 'CR' });
  const rosasDevice = testId('device:cr-rosa', 7);

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('takes in the whole log and verifies people by itself, also after a restart', async () => {
    const replica = await open();
    expect(await replica.sync(new Server(all))).toEqual([]);
    const at = { nowMs: region.nowMs + 3_600_000 };
    // Sensitive roles and their delay are the affair of the chain; a prosecutor works at once.
    const { person } = verifyDevice(replica.directory, rosasDevice, at);
    expect(person.personId).toBe(testId(personaOf('cr-rosa').slug, 4));
    const again = await open(store.copy());
    expect(again.entries).toEqual(replica.entries);
    expect(verifyDevice(again.directory, rosasDevice, at).person).toEqual(person);
    const server = new Server(all);
    await again.sync(server);
    expect(server.pages).toBe(0);
  });

  it('knows the newest word of the witnesses on a log that stays as it is, also after a restart', async () => {
    const replica = await open();
    const server = new Server(all);
    await replica.sync(server);
    const first = replica.directory.witnessedMs ?? 0;
    server.timeMs += 86_400_000;
    await replica.sync(server);
    expect(replica.directory.witnessedMs).toBe(first + 86_400_000);
    expect((await open(store.copy())).directory.witnessedMs).toBe(first + 86_400_000);
    // Whoever shows an old word again puts no clock back.
    server.timeMs -= 86_400_000;
    await replica.sync(server);
    expect(replica.directory.witnessedMs).toBe(first + 86_400_000);
  });

  it('asks for pages and goes on where it was', async () => {
    const replica = await open();
    await replica.sync(new Server(all.slice(0, 130)));
    const server = new Server(all);
    await replica.sync(server);
    expect(replica.entries.map(({ wire }) => wire)).toEqual(region.wires);
    expect((await open(store.copy())).entries).toEqual(replica.entries);
  });

  it('believes in nobody whom too few witnesses have seen', async () => {
    const replica = await open();
    const server = new Server(all);
    server.cosigners = 1;
    await replica.sync(server);
    const at = { nowMs: region.nowMs + 3_600_000 };
    expect(() => verifyDevice(replica.directory, rosasDevice, at)).toThrow(
      expect.objectContaining({ facts: { rule: 'not-witnessed' } }),
    );
    server.cosigners = 2;
    await replica.sync(server);
    expect(verifyDevice(replica.directory, rosasDevice, at).deviceId).toBe(rosasDevice);
  });

  it('believes in nobody while the server has no log', async () => {
    const replica = await open();
    const server = new Server(all);
    server.hasLog = false;
    await replica.sync(server);
    expect(replica.entries).toHaveLength(all.length);
    expect(() => verifyDevice(replica.directory, rosasDevice, { nowMs: region.nowMs })).toThrow(
      expect.objectContaining({ facts: { rule: 'not-witnessed' } }),
    );
    // What no log has committed to is not kept: it could be anything.
    expect((await open(store.copy())).entries).toEqual([]);
    await replica.sync(new Server(all));
    expect((await open(store.copy())).entries).toEqual(replica.entries);
  });

  describe('keeps what it holds and raises', () => {
    let replica: DirectoryReplica;
    let before: string;
    const state = () => canonicalJson(replica.entries.map((entry) => ({ ...entry })));

    beforeEach(async () => {
      replica = await open();
      await replica.sync(new Server(all.slice(0, 60)));
      before = state();
    });

    /** The alert that a sync raised; everything is as it was, and an honest server is followed again. */
    async function alertOf(server: Server): Promise<unknown> {
      const raised = await replica.sync(server).catch((error: unknown) => error);
      expect(state()).toBe(before);
      expect((await open(store.copy())).entries).toEqual(replica.entries);
      await replica.sync(new Server(all));
      expect(replica.entries).toHaveLength(all.length);
      return raised instanceof DirectoryRefused ? raised.alert.kind : raised;
    }

    it('ROLLBACK for a smaller log', async () => {
      expect(await alertOf(new Server(all.slice(0, 59)))).toBe('ROLLBACK');
    });

    it('ROLLBACK for a log that is gone', async () => {
      const server = new Server(all);
      server.hasLog = false;
      expect(await alertOf(server)).toBe('ROLLBACK');
    });

    it('FORK for a log with another past, of the same size and larger', async () => {
      const other = all.with(3, {
        ...(all[3] as LoggedStatement),
        acceptedAt: all[9]?.acceptedAt ?? '',
      });
      await expect(replica.sync(new Server(other))).rejects.toThrow(refused('FORK'));
      expect(await alertOf(new Server(other.slice(0, 60)))).toBe('FORK');
    });

    it('FORK for a swapped statement under an honest checkpoint', async () => {
      const server = new Server(all);
      server.serve = (from, limit) => {
        const page = all.slice(from, from + limit);
        const [first, second] = page as [LoggedStatement, LoggedStatement];
        return [{ ...first, wire: second.wire }, { ...second, wire: first.wire }, ...page.slice(2)];
      };
      expect(await alertOf(server)).toBe('FORK');
    });

    it('FORK for a page that is longer than what was asked for', async () => {
      const server = new Server(all.slice(0, 61));
      server.serve = (from) => all.slice(from, from + 2);
      expect(await alertOf(server)).toBe('FORK');
    });

    it('WITHHELD for a statement that is left out, and for an end before the end', async () => {
      const server = new Server(all);
      server.serve = (from, limit) =>
        all.slice(from, from + limit).filter(({ index }) => index !== 70);
      expect(await alertOf(server)).toBe('WITHHELD');
      replica = await open((store = new MemoryStore()));
      await replica.sync(new Server(all.slice(0, 60)));
      before = state();
      const short = new Server(all);
      short.serve = (from, limit) => all.slice(from, Math.min(from + limit, 65));
      expect(await alertOf(short)).toBe('WITHHELD');
    });
  });

  it('skips rubbish in the log, says so, and goes on', async () => {
    const replica = await open();
    const rubbish = [
      ...all.slice(0, 50),
      { ...(all[0] as LoggedStatement), index: 50, wire: '{}' },
    ];
    const rest = all.slice(50).map((entry) => ({ ...entry, index: entry.index + 1 }));
    const told = await replica.sync(new Server([...rubbish, ...rest]));
    expect(told).toEqual([{ kind: 'UNCERTIFIED', facts: { index: 50 } }]);
    const at = { nowMs: region.nowMs + 3_600_000 };
    expect(verifyDevice(replica.directory, rosasDevice, at).deviceId).toBe(rosasDevice);
  });

  it('tells of a State that signed two truths', async () => {
    const replica = await open();
    await replica.sync(new Server(all));
    const forked = region.copy();
    const twin = forked.draft(
      { ...forked.device(personaOf('cr-rosa')), serial: 1, authenticators: [] },
      ['identity:cr-rosa'],
    );
    const entry = {
      index: all.length,
      acceptedAt: all[0]?.acceptedAt ?? '',
      wire: twin.object.wire,
    };
    const told = await replica.sync(new Server([...all, entry]));
    expect(told).toEqual([{ kind: 'FORK', facts: { index: all.length } }]);
  });

  it('takes no checkpoint that another key signed', async () => {
    const replica = await open();
    const server = new Server(all);
    server.signer = aNoteSigner(ORIGIN, { seedByte: 9 });
    await expect(replica.sync(server)).rejects.toThrow(
      expect.objectContaining({ code: 'tlog.note-unsigned' }),
    );
    expect(replica.entries).toEqual([]);
  });

  it('stays whole when the disk fails in the middle', async () => {
    const replica = await open();
    await replica.sync(new Server(all.slice(0, 30)));
    for (const failure of ['and-not-persist', 'but-persist'] as const) {
      store.failNextWrite(failure);
      await expect(replica.sync(new Server(all))).rejects.toThrow('the disk failed');
      expect(replica.entries).toHaveLength(30);
      const restarted = await open(store.copy());
      expect(restarted.checkpoint?.size).toBe(30);
      await restarted.sync(new Server(all));
      expect(restarted.entries).toHaveLength(all.length);
    }
  });

  it('refuses another trust store that no statement explains', async () => {
    await (await open()).sync(new Server(all));
    const other = canonicalJson({
      ...(parseStrictJson(trustStoreText) as Record<string, never>),
      policy: 'quorum none\n',
    });
    await expect(
      DirectoryReplica.open(store, { trustStoreText: other, viewpoint: 'CR' }),
    ).rejects.toThrow(expect.objectContaining({ code: 'trust-store.refused' }));
    expect((await open()).entries).toHaveLength(all.length);
  });

  it('notices when its own store lost or mixed statements', async () => {
    await (await open()).sync(new Server(all));
    const cut = store.copy();
    await cut.delete('directory', 'statements-0');
    await expect(open(cut)).rejects.toThrow(expect.objectContaining({ code: 'store.damaged' }));
    const mixed = store.copy();
    const second = await mixed.get('directory', 'statements-1');
    await mixed.put('directory', 'statements-0', second ?? new Uint8Array());
    await expect(open(mixed)).rejects.toThrow(expect.objectContaining({ code: 'store.damaged' }));
  });
});
