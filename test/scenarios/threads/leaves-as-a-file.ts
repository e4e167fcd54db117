import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jest/globals';

import { ROOT } from '../../architecture/house.js';
import type { DemoStage } from '../demo/demo-stage.js';
import type { Account } from '../first-run/accounts.js';
import { enlace } from '../first-run/enlace-command.js';

interface Leaving {
  readonly stage: DemoStage;
  readonly folder: string;
  readonly account: Account;
}

/** Of which thread, by whom; `elsewhere`: another thread. */
interface Part {
  readonly slug: string;
  readonly threadId: string;
  readonly elsewhere: string;
}

/** What is exported is verified by somebody who has nothing but the roots; what was changed in it is found. */
export async function leavesAsAFile(
  { stage, folder, account }: Leaving,
  { slug, threadId, elsewhere }: Part,
): Promise<void> {
  const out = join(folder, 'hilo.jsonl');
  const take = ['thread', 'export', threadId, '--out', out];
  const unasked = await stage.inWords(slug, ...take, '--lang', 'es');
  expect(unasked.code).toBe(4);
  expect(unasked.errors).toContain('EN1: no es prueba antes de una solicitud formal.');
  expect(existsSync(out)).toBe(false);
  const exported = await stage.as(slug, ...take, '--yes');
  expect(exported.code).toBe(0);
  expect(JSON.parse(exported.output)).toMatchObject({ handling: 'EN1', file: out });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  const [event] = await stage.data.query(
    `SELECT count(*)::int AS exports FROM audit.events WHERE type = 'thread.exported'`,
  );
  expect(event).toEqual({ exports: 1 });
  const trust = ['--trust', join(stage.data.path, 'trust-store.json')];
  const verify = async (file: string, ...more: readonly string[]) =>
    enlace({ root: ROOT, account, args: ['thread', 'verify', file, ...trust, ...more] });
  const words = await verify(out, '--lang', 'es');
  // Something of it was erased.
  expect(words).toMatchObject({ code: 1, errors: '' });
  expect(words.output).toContain('Vale: cada entrada es de quien dice');
  expect(words.output).not.toContain('por error');
  const text = readFileSync(out, 'utf8');
  const lines = text.trimEnd().split('\n');
  const sealed = lines.flatMap((line, at) => (line.includes('"key":') ? [at] : []));
  const [first = 0, second = 0] = sealed;
  const tampered: readonly (readonly [string, readonly string[]])[] = [
    ['range', lines.toSpliced(first, 1)],
    ['key', swapped(lines, 'key', [first, second])],
    ['signature', edited(lines, [first, 'entry'], forged)],
    ['chain', edited(lines, [2, 'acceptedAtMs'], (ms) => Number(ms) + 1)],
    ['directory', lines.toSpliced(-2, 1)],
    ['thread', edited(lines, [0, 'threadId'], () => elsewhere)],
  ];
  for (const [rule, changed] of tampered) {
    const file = join(folder, `${rule}.jsonl`);
    writeFileSync(file, `${changed.join('\n')}\n`);
    const { code, output } = await verify(file, '--json');
    expect({ rule, code }).toEqual({ rule, code: 2 });
    const { problems }: { problems: readonly object[] } = JSON.parse(output);
    expect(problems).toContainEqual(expect.objectContaining({ rule }));
  }
  const free = join(folder, 'free.jsonl');
  writeFileSync(free, text.replace('"handling":"EN1"', '"handling":"EN0"'));
  expect((await verify(free)).code).toBe(3);
}

/** What Rosa says to named persons names all of the thread, and does not leave it. */
export async function staysWithTheNamed(
  { stage, folder }: Leaving,
  {
    threadId,
    named,
    others,
  }: { readonly threadId: string; readonly named: string; readonly others: string },
): Promise<void> {
  const send = async (to: string) => {
    const text = ['--text', 'solo Omar', '--handling', 'EN3', '--to', to];
    const { code, output } = await stage.as('cr-rosa', 'thread', 'send', threadId, ...text);
    return { code, ...JSON.parse(output) };
  };
  expect(await send(others)).toMatchObject({ code: 'handling.recipients', event: 'error' });
  expect(await send(named)).toMatchObject({ code: 0, event: 'sent' });
  const out = join(folder, 'en3.jsonl');
  const take = await stage.as('pa-omar', 'thread', 'export', threadId, '--out', out, '--yes');
  expect(take.code).toBe(4);
  expect(JSON.parse(take.output)).toMatchObject({
    code: 'export.refused',
    facts: { rule: 'named-recipients' },
  });
  expect(existsSync(out)).toBe(false);
}

/** One member of one line is another. */
function edited(
  lines: readonly string[],
  [at, name]: readonly [number, string],
  change: (value: unknown) => unknown,
): readonly string[] {
  const line: Record<string, unknown> = JSON.parse(lines[at] ?? '{}');
  return lines.with(at, JSON.stringify({ ...line, [name]: change(line[name]) }));
}

/** Two lines have each other's. */
function swapped(
  lines: readonly string[],
  name: string,
  [one, other]: readonly [number, number],
): readonly string[] {
  const valueAt = (at: number): unknown => JSON.parse(lines[at] ?? '{}')[name];
  const once = edited(lines, [one, name], () => valueAt(other));
  return edited(once, [other, name], () => valueAt(one));
}

/** Another signature of the same form. */
function forged(entry: unknown): string {
  const text = String(entry);
  const at = text.length - 12;
  return `${text.slice(0, at)}${text.slice(at, at + 4) === 'AAAA' ? 'BBBB' : 'AAAA'}${text.slice(at + 4)}`;
}
