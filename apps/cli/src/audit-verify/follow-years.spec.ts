import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, formatInstant, parseId, toBase64, toBase64Url, utf8 } from '@enlace/kernel';
import type { EventId, JsonObject } from '@enlace/kernel';
import { aNoteSigner, forTestsOnlySeed, nodeTlogCrypto as crypto, Region } from '@enlace/testing';
import {
  commitSections,
  digestSection,
  encodeLeaf,
  formatVkey,
  parsePolicy,
  SECTION_NAMES,
} from '@enlace/tlog';
import type { SectionDigests, ShownEvent } from '@enlace/tlog';
import { cryptoReady, formatLossTarget, signObject, SIGNING_LABELS } from '@enlace/trust';
import { readLosses } from './continued-losses.js';
import { readYears, type ReadLog } from './follow-years.js';
import type { ServedSummary } from './served-logs.js';

const origin = (year: string) => `audit.example.test/${year}`;
const keyOf = (year: string) =>
  aNoteSigner(origin(year), { seedByte: Number(year.slice(2, 4)) + year.length }).key;
const root = new Uint8Array(32).fill(7);
const SIZE = 4;
const PROMISED = 9;
const promisedRoot = new Uint8Array(32).fill(9);
const region = await Region.founded();

/** A server that keeps one log a year; a test says what it shows of them and what the policy names. */
class Years {
  readonly #logs = new Map<string, { leaves: Uint8Array[]; served: ServedSummary }>();

  open(year: string, opening: JsonObject | null, closing: JsonObject | null): void {
    const leaves = Array.from({ length: SIZE }, () => this.#end(0, {}).leaf);
    const [first, last] = [this.#end(0, opening ?? {}), this.#end(SIZE - 1, closing ?? {})];
    [leaves[0], leaves[SIZE - 1]] = [first.leaf, last.leaf];
    this.#logs.set(origin(year), {
      leaves,
      served: {
        origin: origin(year),
        predecessor: null,
        opening: opening === null ? null : first.shown,
        closing: closing === null ? null : last.shown,
        continuation: null,
      },
    });
  }

  hide(year: string, what: 'opening' | 'closing'): void {
    const log = this.#logs.get(origin(year));
    if (log !== undefined) log.served = { ...log.served, [what]: null };
  }

  /** What was read, as `<year>: <codes>`, with a policy that names these years and a directory that announced those. */
  async read(
    named: readonly string[],
    announced: readonly string[] = [],
    wires: readonly string[] = [],
  ): Promise<string[]> {
    const lines = named.map((year) => `log ${formatVkey(keyOf(year))}\n`);
    const task = {
      policy: parsePolicy(crypto, utf8(`${lines.join('')}quorum none\n`)),
      announced: announced.map((year) => ({ key: keyOf(year), notBeforeMs: 0 })),
      losses: readLosses(
        region.directory,
        wires.map((continuation) => ({ continuation })),
      ),
      served: [...this.#logs.values()].map(({ served }) => served),
      nowMs: 0,
      readLog: async (name: string): Promise<ReadLog> => this.#read(name),
    };
    const found = await readYears(task, named.map(origin));
    return found.map(
      ({ origin: name, problems }) =>
        `${name.split('/')[1]}: ${problems.map(({ code, exit }) => `${code} ${exit}`).join(', ')}`,
    );
  }

  #read(name: string): ReadLog {
    const leaves = this.#logs.get(name)?.leaves ?? null;
    const about = { witnesses: [], quorum: true, witnessed: 0, seen: null, problems: [] };
    const head = { size: leaves?.length ?? 0, root: toBase64(root), proven: SIZE, signed: true };
    return { finding: { origin: name, ...head, ...about }, leaves };
  }

  #end(index: number, said: JsonObject): { leaf: Uint8Array; shown: ShownEvent } {
    const what = { salt: new Uint8Array(32).fill(1), bytes: utf8(canonicalJson(said)) };
    const empty = { salt: new Uint8Array(32).fill(2), bytes: utf8('{}') };
    const digests = Object.fromEntries(
      SECTION_NAMES.map((name) => [
        name,
        digestSection(crypto, name, name === 'what' ? what : empty),
      ]),
    ) as SectionDigests;
    const eventId = parseId<EventId>('019a0b1c-2d3e-7f40-8a1b-2c3d4e5f6071');
    const commitment = commitSections(crypto, digests);
    const leaf = encodeLeaf({ kind: 'life', occurredAtMs: region.nowMs, eventId, commitment });
    return { leaf, shown: { index, digests, what } };
  }
}

const closing = (year: string, next: string) => ({
  type: 'log.closed',
  origin: origin(year),
  nextOrigin: origin(next),
  nextVkey: formatVkey(keyOf(next)),
});
const opening = (year: string, before: string, more: JsonObject = {}) => ({
  type: 'log.continued',
  origin: origin(year),
  predecessor: origin(before),
  predecessorSize: SIZE,
  predecessorRoot: toBase64Url(root),
  ...more,
});

/** Three years that follow each other as they should. */
function threeYears(): Years {
  const years = new Years();
  years.open('2026', null, closing('2026', '2027'));
  years.open('2027', opening('2027', '2026'), closing('2027', '2028'));
  years.open('2028', opening('2028', '2027'), null);
  return years;
}

/** What three States signed of a loss: that the log of 2026 was promised up to 9 entries. */
function signedLoss(change: JsonObject = {}): string {
  const lost = { origin: origin('2026'), size: PROMISED, root: promisedRoot };
  const next = { origin: origin('2026-2'), vkey: formatVkey(keyOf('2026-2')) };
  const act = {
    action: 'leave-recovery',
    target: formatLossTarget({ lost, next }),
    nonce: toBase64Url(new Uint8Array(16)),
    reason: 'restored',
    effectiveAfter: formatInstant(region.nowMs),
    expiresAt: formatInstant(region.nowMs + 1_000),
    ...change,
  };
  return signObject(
    SIGNING_LABELS.breakGlass,
    act,
    ['root:CR', 'root:PA', 'root:GT'].map(forTestsOnlySeed),
  );
}

const afterLoss = (more: JsonObject = {}) =>
  opening('2026-2', '2026', {
    predecessorSize: PROMISED,
    predecessorRoot: toBase64Url(promisedRoot),
    lostFrom: SIZE,
    lostTo: PROMISED - 1,
    reason: 'restored',
    ...more,
  });

beforeAll(cryptoReady);

describe('logs that follow each other', () => {
  it('are read in their order, however the policy names them', async () => {
    const sound = ['2026: ', '2027: ', '2028: '];
    expect(await threeYears().read(['2028', '2026', '2027'])).toEqual(sound);
    expect(await threeYears().read(['2026'], ['2028', '2027'])).toEqual(sound);
  });

  it('are held to each other although the server shows no closing leaf', async () => {
    const years = threeYears();
    years.hide('2026', 'closing');
    const told = ['2026: log.closing-missing 6', '2027: ', '2028: '];
    expect(await years.read(['2026', '2027', '2028'])).toEqual(told);
    expect(await years.read(['2026'], ['2027', '2028'])).toEqual(told);
  });

  it('are held to each other although the policy names a later one first', async () => {
    const years = threeYears();
    years.open('2027', opening('2027', '2020'), closing('2027', '2028'));
    const told = ['2026: ', '2027: tlog.turn-refused 2', '2028: '];
    expect(await years.read(['2027', '2026'], ['2028'])).toEqual(told);
    years.hide('2026', 'closing');
    expect((await years.read(['2027', '2026'], ['2028'])).slice(0, 2)).toEqual([
      '2026: log.closing-missing 6',
      '2027: tlog.turn-refused 2',
    ]);
  });

  it('say what they continue, each but the first', async () => {
    const years = threeYears();
    years.hide('2027', 'opening');
    expect(await years.read(['2026', '2027'], ['2028'])).toEqual([
      '2026: ',
      '2027: log.opening-missing 6',
      '2028: ',
    ]);
  });

  it('are never whole after a loss', async () => {
    const years = threeYears();
    const more = { lostFrom: 2, lostTo: 3, reason: 'restored' };
    years.open('2026-2', opening('2026-2', '2026', more), null);
    years.open('2026', null, closing('2026', '2026-2'));
    years.open('2026-2', opening('2026-2', '2026', more), closing('2026-2', '2026-10'));
    years.open('2026-10', opening('2026-10', '2026-2'), null);
    expect(await years.read(['2026-10', '2026', '2026-2'])).toEqual([
      '2026: ',
      '2026-2: log.loss-unsigned 2',
      '2026-10: log.loss-unsigned 2',
    ]);
  });
});

describe('a log that lost entries', () => {
  const lose = (more: JsonObject = {}): Years => {
    const years = new Years();
    years.open('2026', null, null);
    years.hide('2026', 'closing');
    years.open('2026-2', afterLoss(more), null);
    return years;
  };
  const whole = ['2026: ', '2026-2: log.continued-after-loss 6'];

  it('goes on by what the States signed, and names what is gone', async () => {
    expect(await lose().read(['2026'], [], [signedLoss()])).toEqual(whole);
  });

  it('does not go on by a key that the directory announces, or that a policy names', async () => {
    expect(await lose().read(['2026'], ['2026-2'])).toContain(
      '2026-2: log.loss-unsigned 2, tlog.turn-refused 2',
    );
    expect(await lose().read(['2026', '2026-2'])).toContain(
      '2026-2: log.loss-unsigned 2, tlog.turn-refused 2',
    );
    expect(await lose().read(['2026-2'])).toEqual(['2026-2: log.loss-unsigned 2']);
  });

  it.each<[string, JsonObject]>([
    ['hides that it has less than it says', { lostFrom: SIZE + 1 }],
    ['says that it lost what it shows', { lostFrom: SIZE - 1 }],
    ['says that it lost less than was promised', { lostTo: PROMISED - 2 }],
    ['says that it lost more', { lostTo: PROMISED }],
    ['names another size', { predecessorSize: PROMISED + 1 }],
    ['names another root', { predecessorRoot: toBase64Url(root) }],
    ['says nothing of a loss', { lostFrom: null, lostTo: null }],
  ])('is refused when it %s', async (_, more) => {
    const told = await lose(more).read(['2026'], [], [signedLoss()]);
    expect(told).toContain('2026-2: tlog.turn-refused 2');
  });

  it('waits for what the States said it waits for', async () => {
    const late = { effectiveAfter: formatInstant(region.nowMs + 500) };
    expect(await lose().read(['2026'], [], [signedLoss(late)])).toContain(
      '2026-2: tlog.turn-refused 2',
    );
  });
});
