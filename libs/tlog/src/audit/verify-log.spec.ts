import { describe, expect, it } from '@jest/globals';

import { utf8 } from '@enlace/kernel';
import { flipBit, MemoryTiles, NaiveTree, nodeTlogCrypto as crypto } from '@enlace/testing';

import { formatEntryBundle } from '../tiles/entry-bundle.js';
import { EMPTY_EDGE, extendTiles } from '../tiles/tree-edge.js';
import {
  BundleMalformed,
  EmptyTree,
  LogDiverged,
  RolledBack,
  RootMismatch,
} from '../tlog-error.js';
import { hashLeaf, type TreeHead } from '../tree/hash.js';
import { verifyLog } from './verify-log.js';

const entries = Array.from({ length: 700 }, (_, index) => utf8(`entry ${index}`));
const tree = new NaiveTree(entries);
const headOf = (size: number): TreeHead => ({ size, root: tree.root(size) });
const head = headOf(700);
const earlier = [100, 256, 300, 650].map(headOf);

/** A log as an honest server holds it; its tables lie open to whoever is superuser of its database. */
class OpenLog extends MemoryTiles {
  constructor(readonly held: Uint8Array[] = [...entries]) {
    super();
    this.rebuildTiles();
  }

  rebuildTiles(): void {
    this.rows.clear();
    this.store(
      extendTiles(
        crypto,
        EMPTY_EDGE,
        this.held.map((entry) => hashLeaf(crypto, entry)),
      ).tiles,
    );
  }

  readBundle({ index, width }: { index: number; width: number }): Promise<Uint8Array> {
    return Promise.resolve(formatEntryBundle(this.held.slice(index * 256, index * 256 + width)));
  }
}

describe('a whole log', () => {
  it.each([0, 1, 255, 256, 257, 700])(
    'of %i entries verifies, each seen once and in order',
    async (size) => {
      const seen: Uint8Array[] = [];
      const visit = (index: number, entry: Uint8Array): void => {
        expect(index).toBe(seen.push(entry) - 1);
      };
      const claim = {
        head: headOf(size),
        earlier: earlier.filter((one) => one.size <= size),
        visit,
      };
      expect(await verifyLog(crypto, new OpenLog(), claim)).toEqual(headOf(size));
      expect(seen).toEqual(entries.slice(0, size));
    },
  );

  it('may have signed one head several times', async () => {
    const claim = { head, earlier: [head, headOf(300), headOf(300), headOf(0)] };
    expect(await verifyLog(crypto, new OpenLog(), claim)).toEqual(head);
  });
});

describe('a superuser of the database', () => {
  it.each([0, 99, 290, 655, 699])('who changes entry %i is told which', async (index) => {
    const log = new OpenLog();
    log.held[index] = utf8('changed');
    await expect(verifyLog(crypto, log, { head, earlier })).rejects.toMatchObject({
      code: 'tlog.log-diverged',
      facts: { firstIndex: index, lastIndex: index },
    });
  });

  it.each([
    ['deletes', 270, (held: Uint8Array[]) => [...held.toSpliced(270, 1), utf8('filler')]],
    ['inserts', 270, (held: Uint8Array[]) => held.toSpliced(270, 0, utf8('new')).slice(0, -1)],
    [
      'swaps',
      270,
      (held: Uint8Array[]) => [
        ...held.slice(0, 270),
        ...held.slice(270, 272).toReversed(),
        ...held.slice(272),
      ],
    ],
  ])('who %s entries is told the first at %i', async (_, index, change) => {
    const log = new OpenLog();
    log.held.splice(0, 700, ...change([...entries]));
    await expect(verifyLog(crypto, log, { head, earlier })).rejects.toMatchObject({
      facts: { firstIndex: index, lastIndex: index },
    });
  });

  it('who rewrites an entry with all its parents is caught between two signed heads', async () => {
    const log = new OpenLog();
    log.held[270] = utf8('changed');
    log.rebuildTiles();
    await expect(verifyLog(crypto, log, { head, earlier })).rejects.toMatchObject({
      code: 'tlog.log-diverged',
      facts: { firstIndex: 256, lastIndex: 299 },
    });
    await expect(verifyLog(crypto, log, { head })).rejects.toMatchObject({
      facts: { firstIndex: 0, lastIndex: 699 },
    });
  });

  it('who changes one bit of any tile is told the tile', async () => {
    const log = new OpenLog();
    for (const [key, row] of log.rows) {
      const [level, index] = key.split('/').map(Number);
      for (const bit of [0, 777, row.length * 8 - 1].filter((one) => one < row.length * 8)) {
        log.rows.set(key, flipBit(row, bit));
        await expect(verifyLog(crypto, log, { head, earlier })).rejects.toMatchObject({
          code: 'tlog.root-mismatch',
          facts: { level, index },
        });
      }
      log.rows.set(key, row.subarray(0, -1));
      await expect(verifyLog(crypto, log, { head })).rejects.toThrow(RootMismatch);
      log.rows.set(key, row);
    }
  });

  it('who rolls the log back is caught by whoever saw more', async () => {
    const claim = { head: headOf(650), earlier: [head] };
    await expect(verifyLog(crypto, new OpenLog(), claim)).rejects.toThrow(RolledBack);
  });

  it('who signs two histories of one size is caught by either', async () => {
    const other = new NaiveTree(entries.with(5, utf8('another history')));
    const fork = { size: 300, root: other.root(300) };
    for (const heads of [
      [headOf(300), fork],
      [fork, headOf(300)],
    ]) {
      await expect(verifyLog(crypto, new OpenLog(), { head, earlier: heads })).rejects.toThrow(
        LogDiverged,
      );
    }
  });

  it('who serves a bundle that cannot be read is told where it begins', async () => {
    const log = new OpenLog();
    const reading = verifyLog(
      crypto,
      Object.assign(log, {
        readBundle: ({ index, width }: { index: number; width: number }) =>
          Promise.resolve(
            formatEntryBundle(log.held.slice(index * 256, index * 256 + width)).subarray(index),
          ),
      }),
      { head },
    );
    await expect(reading).rejects.toThrow(BundleMalformed);
    await expect(reading).rejects.toMatchObject({ facts: { index: 256 } });
  });

  it('cannot claim an empty log with a root', async () => {
    const claim = { head: { size: 0, root: head.root } };
    await expect(verifyLog(crypto, new OpenLog(), claim)).rejects.toThrow(EmptyTree);
  });
});
