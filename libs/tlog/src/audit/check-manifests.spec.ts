import { describe, expect, it } from '@jest/globals';
import { nodeTlogCrypto as crypto } from '@enlace/testing';
import { canonicalJson, parseId, toBase64Url, toHex, u64be, utf8 } from '@enlace/kernel';
import type { EventId, JsonObject } from '@enlace/kernel';

import { encodeLeaf, type LeafKind } from '../events/leaf.js';
import { manifestHead } from '../events/manifest.js';
import { commitSections, digestSection, SECTION_NAMES } from '../events/sections.js';
import type { SectionDigests } from '../events/sections.js';
import { hashLeaf } from '../tree/hash.js';
import { checkManifests, MANIFEST_LATE_MS, type ShownEvent } from './check-manifests.js';

const ORIGIN = 'audit.enlace.example/2026';
const HOUR_MS = 3_600_000;

/** A log, and what its auditor of CR is shown of it. */
class FakeLog {
  readonly leaves: Uint8Array[] = [];
  readonly acts: ShownEvent[] = [];
  readonly manifests: ShownEvent[] = [];
  #previousIndex: number | null = null;
  #next = 0;
  #atMs = 1_790_000_000_000;

  wait(ms: number): this {
    this.#atMs += ms;
    return this;
  }

  act(...states: readonly string[]): this {
    const shown = this.#append('act', { type: 'case.consulted', states });
    if (states.includes('CR')) this.acts.push(shown);
    return this;
  }

  /** The manifest of CR over what there is; `false` in a member is what a server may say instead. */
  manifest(lies: JsonObject = {}, of: readonly ShownEvent[] = this.acts): this {
    const [fromIndex, toIndex] = [this.#next, this.leaves.length];
    const rows = of
      .filter(({ index }) => index >= fromIndex)
      .map(({ index }) => ({ index, leafHash: hashLeaf(crypto, this.leaf(index)) }));
    const { size: count, root } = manifestHead(crypto, rows);
    const before = this.#previousIndex === null ? {} : { previousIndex: this.#previousIndex };
    const said = { origin: ORIGIN, state: 'CR', fromIndex, toIndex, count, ...before };
    const shown = this.#append('manifest', {
      type: 'log.manifest-issued',
      ...said,
      root: toBase64Url(root),
      ...lies,
    });
    this.manifests.push(shown);
    [this.#next, this.#previousIndex] = [toIndex, shown.index];
    return this;
  }

  leaf(index: number): Uint8Array {
    return this.leaves[index] ?? new Uint8Array();
  }

  /** The server itself says that the `what` of these is gone. */
  erase(first: number, last: number): this {
    const ranges = [`${ORIGIN} ${first}-${last}`];
    const said = { type: 'section.erased', outcome: 'success', sections: ['what'], ranges };
    this.acts.push(this.#append('life', { ...said, states: ['CR'] }));
    return this;
  }

  check(shown: Partial<Pick<FakeLog, 'acts' | 'manifests'>> = {}, erased: readonly number[] = []) {
    const { acts: events = this.acts, manifests = this.manifests } = shown;
    const about = { origin: ORIGIN, state: 'CR', leaves: this.leaves };
    return checkManifests(crypto, { ...about, manifests, events, erased });
  }

  #append(kind: LeafKind, said: JsonObject): ShownEvent {
    const index = this.leaves.length;
    const what = { salt: new Uint8Array(32).fill(index + 1), bytes: utf8(canonicalJson(said)) };
    const empty = { salt: new Uint8Array(32).fill(255), bytes: utf8('{}') };
    const digests = Object.fromEntries(
      SECTION_NAMES.map((name) => [
        name,
        digestSection(crypto, name, name === 'what' ? what : empty),
      ]),
    ) as SectionDigests;
    const commitment = commitSections(crypto, digests);
    const id = `019a0b1c-2d3e-7f40-8a1b-${toHex(u64be(index)).slice(4)}`;
    const eventId = parseId<EventId>(id);
    this.#atMs += 1_000;
    this.leaves.push(encodeLeaf({ kind, occurredAtMs: this.#atMs, eventId, commitment }));
    return { index, digests, what };
  }
}

function anHonestLog(): FakeLog {
  return new FakeLog()
    .act('CR', 'PA')
    .act('PA')
    .act('CR')
    .manifest()
    .act('GT')
    .manifest()
    .act('CR')
    .act('CR', 'GT')
    .manifest();
}

const codes = (report: ReturnType<typeof checkManifests>) =>
  report.problems.map(({ code, index, lastIndex, isMissing }) => ({
    code,
    at: [index, lastIndex],
    isMissing,
  }));

describe('the manifests of a State', () => {
  it('agree with what its auditor can read, empty hours included', () => {
    expect(anHonestLog().check()).toEqual({
      covered: 8,
      manifests: 3,
      events: 4,
      erasures: [],
      problems: [],
    });
  });

  it('find an event that is withheld from the auditor', () => {
    const log = anHonestLog();
    const report = log.check({ acts: log.acts.filter(({ index }) => index !== 2) });
    expect(codes(report)).toEqual([{ code: 'event.withheld', at: [0, 2], isMissing: true }]);
  });

  it('find an event that is withheld from the manifest', () => {
    const log = new FakeLog().act('CR').act('CR');
    log.manifest({}, log.acts.slice(1));
    expect(codes(log.check())).toEqual([
      { code: 'event.unmanifested', at: [0, 1], isMissing: true },
    ]);
  });

  it('find one event in the place of another', () => {
    const log = new FakeLog().act('CR').act('CR').act('CR');
    log.manifest({}, log.acts.slice(0, 2));
    const report = log.check({ acts: log.acts.slice(1) });
    expect(codes(report)).toEqual([{ code: 'manifest.root', at: [0, 2], isMissing: false }]);
  });

  it('find a manifest that is not shown, at the beginning, in the middle and at the end', () => {
    const log = anHonestLog();
    const without = (hidden: number) => ({
      manifests: log.manifests.filter((_, at) => at !== hidden),
    });
    const gap = (from: number, to: number) => ({
      code: 'manifest.gap',
      at: [from, to],
      isMissing: true,
    });
    expect(codes(log.check(without(0)))).toEqual([gap(0, 2)]);
    expect(log.check(without(0)).covered).toBe(0);
    expect(codes(log.check(without(1)))).toEqual([gap(3, 4)]);
    expect(log.check(without(1)).covered).toBe(3);
    log.wait(MANIFEST_LATE_MS).act('PA');
    expect(codes(log.check(without(2)))).toContainEqual({
      code: 'manifest.overdue',
      at: [5, 9],
      isMissing: true,
    });
  });

  it('find two manifests of one range, and one that names another as the one before', () => {
    const twice = new FakeLog().act('CR').manifest().manifest({ fromIndex: 0, toIndex: 1 });
    expect(codes(twice.check())).toContainEqual({
      code: 'manifest.gap',
      at: [1, 1],
      isMissing: true,
    });
    const other = new FakeLog().act('CR').manifest().act('CR').manifest({ previousIndex: 0 });
    expect(codes(other.check())).toEqual([{ code: 'manifest.gap', at: [1, 1], isMissing: true }]);
    const none = new FakeLog().act('CR').manifest({ previousIndex: 0 });
    expect(codes(none.check())).toEqual([{ code: 'manifest.gap', at: [0, 0], isMissing: true }]);
  });

  it.each([
    ['of another State', { state: 'PA' }],
    ['of another log', { origin: 'audit.enlace.example/2027' }],
    ['of another type', { type: 'log.closed' }],
    ['that ends behind itself', { toIndex: 9 }],
    ['that is empty', { toIndex: 0 }],
    ['without a number', { count: '1' }],
    ['with a negative number', { fromIndex: -1 }],
    ['without a root', { root: null }],
    ['with a root that is no base64url', { root: '*' }],
    ['with a word for the one before', { previousIndex: 'none' }],
  ])('do not count one %s', (_, lies) => {
    const report = new FakeLog().act('CR').manifest(lies).check();
    expect(codes(report)[0]).toEqual({ code: 'manifest.refused', at: [1, 1], isMissing: false });
    expect(report.covered).toBe(0);
  });

  it('do not count what the log does not commit to, or never held', () => {
    const log = anHonestLog();
    const [first] = log.manifests;
    if (first === undefined) throw new Error('no manifest');
    const forged = { ...first, what: { ...first.what, bytes: utf8('{}') } };
    const beyond = { ...first, index: 99 };
    const report = log.check({ manifests: [forged, beyond, ...log.manifests.slice(1)] });
    expect(codes(report).slice(0, 2)).toEqual([
      { code: 'manifest.refused', at: [3, 3], isMissing: false },
      { code: 'manifest.refused', at: [99, 99], isMissing: false },
    ]);
    const stranger = { ...first, index: 1 };
    expect(codes(log.check({ acts: [...log.acts, stranger] }))).toEqual([
      { code: 'event.refused', at: [1, 1], isMissing: false },
    ]);
  });

  it('take no event for the State’s that is not, and none twice', () => {
    const log = new FakeLog().act('PA').act('CR').manifest();
    const foreign = new FakeLog().act('PA');
    expect(foreign.check().problems).toEqual([]);
    const [act] = log.acts;
    if (act === undefined) throw new Error('no act');
    expect(log.check({ acts: [act, act] }).problems).toEqual([]);
    const [manifest] = log.manifests;
    if (manifest === undefined) throw new Error('no manifest');
    expect(codes(log.check({ acts: [act, manifest] }))).toEqual([
      { code: 'event.refused', at: [2, 2], isMissing: false },
    ]);
  });

  it('are overdue by the times of the log itself, and not before', () => {
    const log = new FakeLog().act('PA').manifest().act('CR').wait(HOUR_MS).act('PA');
    expect(log.check().problems).toEqual([]);
    log.wait(HOUR_MS).act('PA');
    expect(codes(log.check())).toEqual([{ code: 'manifest.overdue', at: [1, 4], isMissing: true }]);
    expect(new FakeLog().check()).toEqual({
      covered: 0,
      manifests: 0,
      events: 0,
      erasures: [],
      problems: [],
    });
  });
});

describe('acts whose `what` was erased', () => {
  it('are in the manifest that was made before, which proves that they concern the State', () => {
    const log = new FakeLog().act('CR').act('CR', 'GT').act('GT').act('CR').manifest();
    log.erase(1, 1).manifest({}, []);
    const acts = log.acts.filter(({ index }) => index !== 1);
    const { problems, erasures, events } = log.check({ acts }, [1]);
    expect(problems).toEqual([]);
    expect(events).toBe(2);
    expect(erasures).toEqual([
      { index: 5, sections: ['what'], ranges: [{ origin: ORIGIN, first: 1, last: 1 }] },
    ]);
    expect(log.check({ acts }).problems).toMatchObject([{ code: 'event.withheld' }]);
  });

  it('are not others than those that concern the State, and no manifests', () => {
    const log = new FakeLog().act('CR').act('GT').act('CR').manifest();
    const acts = log.acts.filter(({ index }) => index !== 2);
    expect(log.check({ acts }, [1]).problems).toMatchObject([{ code: 'manifest.root' }]);
    expect(log.check({ acts }, [2, 3]).problems).toMatchObject([
      { code: 'event.refused', index: 3 },
    ]);
    expect(log.check({}, [99]).problems).toMatchObject([{ code: 'event.refused', index: 99 }]);
  });
});
