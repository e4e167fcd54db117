import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edited, goodRequest, mlaVector, type Edits } from '@enlace/testing';
import { main } from '../../main.js';

let folder: string;
let packs: string;
let made = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-export-'));
  packs = write(mlaVector('packs-fixture.json'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fresh(extension: string): string {
  made += 1;
  return join(folder, `${made}.${extension}`);
}

function write(value: unknown): string {
  const path = fresh('json');
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const request = (edits: Edits = {}) => write(edited(goodRequest(), edits));
/** The Nassau Convention, article 3: not ready. */
const UNREADY: Edits = { '/channel/fromCentralAuthorityId': null };
const SEALED: Edits = { '/persons/1/nameDisclosed': 'sealed-annex' };

async function exported(file: string, args: readonly string[]) {
  const output = new PassThrough();
  const errors = new PassThrough();
  const all = ['request', 'export', file, '--packs', packs, '--today', '2026-11-23', ...args];
  const code = await main(all, {
    input: Readable.from([]),
    output,
    errors,
    environment: { LANG: 'en_US.UTF-8' },
  });
  return { code, output: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
}

describe('enlace request export', () => {
  it.each([
    ['docx', 'PK\u0003\u0004'],
    ['pdf', '%PDF-1.7'],
    ['json', '{\n  "format": "enlace-formal-document/1"'],
  ])('writes a document of the format %s, for its owner alone', async (format, magic) => {
    const out = fresh(format);
    const { code, output } = await exported(request(), ['--format', format, '--out', out]);
    expect(code).toBe(0);
    expect(readFileSync(out).toString('latin1').startsWith(magic)).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(output).toMatch(/^[0-9a-f]{64} {2}\S+\n$/u);
    expect(existsSync(out.replace(`.${format}`, `.sealed.${format}`))).toBe(false);
  });

  it('writes the sealed annex beside it, and names both', async () => {
    const out = fresh('pdf');
    const args = ['--format', 'pdf', '--out', out, '--json'];
    const { output } = await exported(request(SEALED), args);
    const files = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string });
    expect(files.map(({ file }) => file)).toEqual([out, out.replace('.pdf', '.sealed.pdf')]);
    expect(files.every(({ file }) => existsSync(file))).toBe(true);
  });

  it('speaks Spanish unless asked otherwise, whatever the locale', async () => {
    const [spanish, english] = [fresh('json'), fresh('json')];
    await exported(request(), ['--format', 'json', '--out', spanish]);
    await exported(request(), ['--format', 'json', '--out', english, '--lang', 'en']);
    expect(readFileSync(spanish, 'utf8')).toContain('SOLICITUD DE ASISTENCIA');
    expect(readFileSync(english, 'utf8')).toContain('REQUEST FOR MUTUAL LEGAL ASSISTANCE');
  });

  it('names central authorities as the packs do', async () => {
    const out = fresh('json');
    await exported(request(), ['--format', 'json', '--out', out, '--lang', 'en']);
    expect(readFileSync(out, 'utf8')).toContain('Office of International Affairs');
    expect(readFileSync(out, 'utf8')).not.toContain('US-DOJ-OIA');
  });

  it('writes nothing of a request that is not ready, and a stamped draft when told to', async () => {
    const out = fresh('json');
    const file = request({ ...UNREADY, ...SEALED });
    const refused = await exported(file, ['--format', 'json', '--out', out, '--lang', 'en']);
    expect(refused.code).toBe(2);
    expect(refused.errors).toContain('Not ready');
    expect(existsSync(out)).toBe(false);
    const draft = ['--format', 'json', '--out', out, '--allow-not-ready', '--json'];
    const { code, output } = await exported(file, draft);
    expect(code).toBe(0);
    expect(output).toContain('"isDraft":true');
    expect(readFileSync(out, 'utf8')).toContain('BORRADOR / DRAFT');
    expect(readFileSync(out.replace('.json', '.sealed.json'), 'utf8')).toContain(
      'BORRADOR / DRAFT',
    );
  });

  it('stamps nothing that is ready', async () => {
    const out = fresh('json');
    await exported(request(), ['--format', 'json', '--out', out, '--allow-not-ready']);
    expect(readFileSync(out, 'utf8')).not.toContain('BORRADOR');
  });

  it('tells every problem of a malformed request, writes nothing, and ends with 3', async () => {
    const out = fresh('pdf');
    const { code, output } = await exported(request({ '/measures': 'none' }), [
      '--format',
      'pdf',
      '--out',
      out,
      '--json',
    ]);
    expect(code).toBe(3);
    expect(output).toContain('/measures');
    expect(existsSync(out)).toBe(false);
  });

  it('replaces no file, neither the document nor the annex', async () => {
    const out = fresh('docx');
    writeFileSync(out.replace('.docx', '.sealed.docx'), 'mine');
    const { code, errors } = await exported(request(SEALED), ['--format', 'docx', '--out', out]);
    expect(code).toBe(4);
    expect(errors).toContain('.sealed.docx');
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    [['--format', 'odt', '--out', 'x.odt'], 'docx, pdf, json'],
    [['--format', 'pdf'], '--out'],
    [['--out', 'x.pdf'], '--format'],
    [['--record', '0190d5a0-0000-7000-8000-000000000000', '--out', 'x.pdf'], '--thread'],
    [['--format', 'pdf', '--out', '/nowhere/at/all/x.pdf', '--today', '1'], 'YYYY-MM-DD'],
  ])('refuses %j with 4', async (args, named) => {
    const output = new PassThrough();
    const errors = new PassThrough();
    const all = ['request', 'export', request(), ...args, '--lang', 'en'];
    const code = await main(all, { input: Readable.from([]), output, errors, environment: {} });
    expect(code).toBe(4);
    expect(String(errors.read() ?? '')).toContain(named);
  });
});
