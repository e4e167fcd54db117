import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LoggedStatement } from '@enlace/contracts';
import { formatInstant, utf8 } from '@enlace/kernel';
import { nodeTlogCrypto as crypto, Region } from '@enlace/testing';
import { digestWire, encodeDirectoryLeaf, hashLeaf, RootBuilder } from '@enlace/tlog';
import { parseStatement, parseTrustStore, STATEMENT_KINDS } from '@enlace/trust';
import { StatementFold } from './statement-fold.js';

let folder = '';
let region: Region;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-fold-'));
  region = await Region.founded(['CR', 'GT', 'XR']);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'statements.jsonl');
const lines = () => readFileSync(file(), 'utf8').split('\n').length - 1;

/** A witness that starts on the folder; `asked` counts what it reads from the server. */
function started() {
  const asked = { count: 0 };
  const read = async (from: number, limit: number): Promise<readonly LoggedStatement[]> => {
    asked.count += 1;
    return region.wires.slice(from, from + limit).map((wire, at) => ({
      index: from + at,
      acceptedAt: formatInstant(region.nowMs),
      wire,
    }));
  };
  const trustStore = parseTrustStore(region.trustStoreText);
  return { asked, fold: StatementFold.open({ folder, trustStore, state: 'CR', read }) };
}

function head(size: number) {
  const tree = new RootBuilder(crypto);
  for (const wire of region.wires.slice(0, size)) {
    const kind = STATEMENT_KINDS[parseStatement(wire).type];
    const wireDigest = digestWire(crypto, utf8(wire));
    const leaf = encodeDirectoryLeaf({ kind, acceptedAtMs: region.nowMs, wireDigest });
    tree.push(hashLeaf(crypto, leaf));
  }
  return { size, root: tree.root() };
}

describe('the statements that a witness keeps', () => {
  it.each<[string, () => void]>([
    ['half a line', () => appendFileSync(file(), '{"acceptedAtMs":17')],
    ['all but the end of a line', () => truncateSync(file(), readFileSync(file()).length - 1)],
    ['most of a line', () => truncateSync(file(), readFileSync(file()).length - 9)],
  ])('are whole again after an append that left %s', async (_, tear) => {
    const all = region.wires.length;
    expect(await started().fold.judge(head(all - 2))).toEqual({ kind: 'sound' });
    tear();
    expect(await started().fold.judge(head(all - 1))).toEqual({ kind: 'sound' });
    expect(lines()).toBe(all - 1);
    // Whoever starts now has them all, and goes on behind them.
    const again = started();
    expect(await again.fold.judge(head(all - 1))).toEqual({ kind: 'sound' });
    expect(again.asked.count).toBe(0);
    expect(await again.fold.judge(head(all))).toEqual({ kind: 'sound' });
    expect([again.asked.count, lines()]).toEqual([1, all]);
  });
});
