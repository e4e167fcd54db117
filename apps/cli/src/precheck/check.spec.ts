import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edited, goodRequest, mlaVector } from '@enlace/testing';
import { main } from '../main.js';

let folder: string;
let request: string;
let packs: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-precheck-'));
  request = write('request.json', goodRequest());
  packs = write('packs.json', mlaVector('packs-fixture.json'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

async function precheck(args: readonly string[], typed = '') {
  const output = new PassThrough();
  const errors = new PassThrough();
  const code = await main(['precheck', ...args], {
    input: Readable.from([Buffer.from(typed)]),
    output,
    errors,
    environment: { LANG: 'en_US.UTF-8' },
  });
  return { code, output: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
}

const onTheDay = () => ['--packs', packs, '--today', '2026-11-23'];

describe('enlace precheck', () => {
  it('finds the good request ready and prints exactly its expected report', async () => {
    const { code, output } = await precheck([request, ...onTheDay(), '--json', '--lang', 'en']);
    expect(code).toBe(0);
    const report = JSON.parse(output) as Record<string, unknown>;
    expect(report).toMatchObject({
      format: 'enlace-precheck/1',
      today: '2026-11-23',
      lang: 'en',
      verdict: 'ready',
      exitCode: 0,
      counts: { blocker: 0, 'likely-refusal': 0, missing: 0 },
    });
    expect(report['findings']).toHaveLength(1);
    expect(output).toBe(`${JSON.stringify(report, null, 2)}\n`);
  });

  it('speaks Spanish to the unit whatever the locale of the machine', async () => {
    const spanish = await precheck([request, ...onTheDay()]);
    const english = await precheck([request, ...onTheDay(), '--lang', 'en']);
    expect(spanish.output).not.toBe(english.output);
    expect(spanish.output).toMatch(/^Lista/u);
    expect(english.output).toMatch(/^Ready/u);
  });

  it('reads standard input, and uses its own packs on the day of the machine', async () => {
    const { code, output } = await precheck(['-', '--json'], JSON.stringify(goodRequest()));
    const report = JSON.parse(output) as { exitCode: number; packs: { id: string } };
    expect(report.exitCode).toBe(code);
    expect(report.packs.id).not.toBe('');
  });

  it('takes a folder of packs as one set, and refuses one that contradicts itself', async () => {
    const many = mkdtempSync(join(folder, 'packs-'));
    writeFileSync(join(many, 'a.json'), JSON.stringify(mlaVector('packs-fixture.json')));
    writeFileSync(join(many, 'notes.txt'), 'not a pack');
    expect((await precheck([request, '--packs', many, '--today', '2026-11-23'])).code).toBe(0);
    writeFileSync(join(many, 'b.json'), JSON.stringify(mlaVector('packs-fixture.json')));
    const refused = await precheck([request, '--packs', many]);
    expect(refused.code).toBe(4);
    expect(refused.errors).toContain('doubled');
    expect(refused.output).toBe('');
  });

  it('names every problem of a malformed request with its path, and ends with 3', async () => {
    const bad = edited(goodRequest(), { '/requestingState': 5, '/measures': 'none' });
    const { code, output } = await precheck([write('bad.json', bad), ...onTheDay(), '--json']);
    expect(code).toBe(3);
    const { problems } = JSON.parse(output) as { problems: { path: string; code: string }[] };
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/measures', '/requestingState']),
    );
  });

  it.each([
    ['text that is no JSON', '{"schemaVersion":', 'not-json'],
    ['a request too large for the model', JSON.stringify('x'.repeat(1_048_577)), 'too-large'],
  ])('calls %s malformed', async (_what, content, problem) => {
    const { code, output } = await precheck([write('odd.json', content), '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'malformed',
      problems: [{ path: '', code: problem }],
    });
  });

  it.each([
    [['/nowhere/request.json'], 3, 'ENOENT'],
    [[], 4, 'FILE'],
    [['a.json', 'b.json'], 4, 'b.json'],
    [['-', '--today', '2026-02-30'], 4, 'YYYY-MM-DD'],
    [['-', '--packs', '/nowhere'], 4, 'ENOENT'],
    [['-', '--frob'], 4, '--frob'],
    [['-', '--catalogue'], 4, '"-"'],
    [['--catalogue', '--format', 'xls'], 4, 'md, csv'],
    [['--treaty-matrix', '--states', 'FR'], 4, 'CR'],
  ])('refuses %j with %i', async (args, expected, named) => {
    const { code, output, errors } = await precheck(args);
    expect(code).toBe(expected);
    expect(errors).toContain(named);
    expect(output).toBe('');
  });

  it('prints tables instead of a check, as Markdown, CSV and JSON', async () => {
    const offences = await precheck(['--offence-table', '--states', 'CR,GT', '--lang', 'en']);
    expect(offences.code).toBe(0);
    expect(offences.output.match(/^## /gmu)).toHaveLength(2);
    expect(offences.output).toMatch(/^\| CR Costa Rica \|/mu);
    expect(offences.output).not.toContain('| MX');
    expect(offences.output).toContain('No lawyer has reviewed');
    const rules = await precheck(['--catalogue', '--format', 'csv']);
    expect(rules.output.split('\r\n')).toHaveLength(157 + 3);
    const matrix = await precheck(['--treaty-matrix', '--states', 'CR,GT', '--json']);
    expect(JSON.parse(matrix.output)).toMatchObject({ event: 'table', id: 'treaties' });
  });

  it('prints what changed since earlier packs', async () => {
    const earlier = write(
      'earlier.json',
      edited(mlaVector('packs-fixture.json'), {
        '/countries/US/languages/confidence': 'secondary',
      }),
    );
    const args = ['--compare', earlier, '--packs', packs, '--today', '2026-11-23', '--json'];
    const { output } = await precheck(args);
    const { rows } = JSON.parse(output) as { rows: { text: string }[][] };
    expect(rows.map(([path]) => path?.text)).toEqual(['/countries/US/languages']);
  });

  it('refuses bytes that are no text, and more of them than a request can have', async () => {
    const path = join(folder, 'bytes.json');
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    expect((await precheck([path])).code).toBe(3);
    const flood = await precheck(['-'], 'x'.repeat(4 * 1024 * 1024 + 1));
    expect(flood.code).toBe(3);
    expect(flood.errors).toContain('size');
  });
});
