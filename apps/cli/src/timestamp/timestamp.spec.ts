import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { utf8 } from '@enlace/kernel';
import { EvidenceCase, InventedAuthority, type StampLie } from '@enlace/testing';
import { timestampName } from '@enlace/trust';
import { main } from '../main.js';
import { formatRequest } from './open-token.js';

const NOW_MS = Date.parse('2027-01-08T12:00:00.000Z');
const DAY_MS = 86_400_000;

let folder = '';
let authority: InventedAuthority;
let lie: StampLie;
let asked: string[];
let server: Server;
let url = '';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-stamp-'));
  authority = new InventedAuthority(NOW_MS);
  lie = {};
  asked = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(String(request.headers['content-type']));
      response.setHeader('content-type', 'application/timestamp-reply');
      response.end(authority.answer(Buffer.concat(chunks), lie));
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port ?? 0}/` : '';
  writeFileSync(at('root.pem'), authority.root.pem);
  writeFileSync(at('checkpoint.txt'), 'audit.example.test/2027\n2\n…\n');
});
afterEach(async () => {
  await new Promise((done) => void server.close(done));
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

async function enlace(...args: readonly string[]) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = { input: new PassThrough(), output, errors, environment: { LANG: 'en_US' } };
  const exit = await main(['audit', ...args], terminal);
  return { exit, text: `${output.read() ?? ''}`, errors: `${errors.read() ?? ''}` };
}

const stamp = async (...more: readonly string[]) => {
  const who = ['--tsa', url, '--tsa-ca', at('root.pem')];
  return enlace('timestamp', ...who, '--out', at('checkpoint.tsr'), at('checkpoint.txt'), ...more);
};

describe('enlace audit timestamp', () => {
  it('has a checkpoint stamped, and keeps the answer once it holds', async () => {
    const { exit, text } = await stamp('--json');
    expect(exit).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      event: 'timestamped',
      time: '2027-01-08T12:00:00.000Z',
      authority: 'CN=Invented stamps',
    });
    expect(asked).toEqual(['application/timestamp-query']);
    expect(readFileSync(at('checkpoint.tsr')).length).toBeGreaterThan(500);
    // A file that is there is never written over.
    expect((await stamp()).exit).toBe(4);
  });

  it.each<[string, () => StampLie, string]>([
    ['the hash of another file', () => ({ digest: new Uint8Array(32) }), 'other-file'],
    ['an answer to nobody', () => ({ withoutNonce: true }), 'nonce'],
    ['nothing', () => ({ refuses: true }), 'not-granted'],
    ['a time before it existed', () => ({ atMs: NOW_MS - 2 * DAY_MS }), 'validity'],
    ['a time after its end', () => ({ atMs: NOW_MS + 31 * DAY_MS }), 'validity'],
    ['the name of another certificate', () => ({ names: authority.root }), 'signer'],
  ])('keeps nothing of an authority that gives %s', async (_, told, rule) => {
    lie = told();
    const { exit, errors } = await stamp();
    expect([exit, errors]).toEqual([2, expect.stringContaining(rule)]);
    expect(readdirSync(folder).toSorted()).toEqual(['checkpoint.txt', 'root.pem']);
  });

  it.each<[string, readonly string[]]>([
    ['other things', ['1.3.6.1.5.5.7.3.1']],
    ['other things too', ['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.1']],
  ])('believes no certificate that is for %s', async (_, purposes) => {
    authority = new InventedAuthority(NOW_MS, purposes);
    writeFileSync(at('root.pem'), authority.root.pem);
    const { exit, errors } = await stamp();
    expect([exit, errors]).toEqual([2, expect.stringContaining('purpose')]);
  });

  it('believes no other root, and no file without one', async () => {
    writeFileSync(at('root.pem'), new InventedAuthority(NOW_MS).root.pem);
    expect(await stamp()).toMatchObject({ exit: 2, errors: expect.stringContaining('authority') });
    writeFileSync(at('root.pem'), 'nothing');
    expect((await stamp()).exit).toBe(3);
  });
});

describe('the time stamps of a bundle', () => {
  /** A bundle with a stamp beside the checkpoint of its audit log; `of`: what was stamped. */
  async function bundle(of: (note: Uint8Array) => Uint8Array, named = '2027'): Promise<string> {
    const evidence = await EvidenceCase.begun();
    evidence.signIn('cr-rosa');
    writeFileSync(at('policy.txt'), evidence.policyText);
    writeFileSync(at('trust.json'), evidence.trustStoreText);
    const bytes = evidence.bundle('cr-ines', {
      content: (content) => {
        const note = content.checkpoints.find(({ origin }) => origin.endsWith('/2027'))?.note;
        const request = formatRequest(of(note ?? utf8('')), new Uint8Array(8).fill(1));
        const stamped = { name: timestampName(named), bytes: authority.answer(request) };
        return { ...content, sideFiles: [stamped] };
      },
    });
    writeFileSync(at('case.zip'), bytes);
    return at('case.zip');
  }

  const verify = async (file: string, ...more: readonly string[]) => {
    const known = ['--policy', at('policy.txt'), '--trust', at('trust.json')];
    const { exit, text } = await enlace('verify', file, ...known, '--json', ...more);
    return { exit, report: JSON.parse(text) };
  };

  it('are checked without a network, by who answers for them, and are no claim without', async () => {
    const file = await bundle((note) => note);
    const stamped = {
      file: 'timestamps/2027.tsr',
      time: '2027-01-08T12:00:00.000Z',
      authority: 'CN=Invented stamps',
    };
    const checked = await verify(file, '--tsa-ca', at('root.pem'));
    expect([checked.exit, checked.report.stamps]).toEqual([
      0,
      [{ ...stamped, isAnsweredFor: true }],
    ]);
    const unchecked = await verify(file);
    expect([unchecked.exit, unchecked.report.stamps]).toEqual([
      0,
      [{ ...stamped, isAnsweredFor: false }],
    ]);
    expect(asked).toEqual([]);
    const known = ['--policy', at('policy.txt'), '--trust', at('trust.json')];
    const told = await enlace('verify', file, ...known);
    expect(told.text).toContain('NOT CHECKED');
  });

  it.each<[string, readonly [(note: Uint8Array) => Uint8Array, string], string]>([
    ['another file', [() => utf8('another'), '2027'], 'other-file'],
    ['a log that is not in it', [(note) => note, '2026'], 'no-checkpoint'],
    ['the checkpoint of another log of it', [(note) => note, 'directory'], 'other-file'],
  ])('are a fault when they are about %s, whoever answers', async (_, [of, named], rule) => {
    const file = await bundle(of, named);
    for (const more of [[], ['--tsa-ca', at('root.pem')]]) {
      const { exit, report } = await verify(file, ...more);
      expect([exit, report.stamps]).toEqual([2, []]);
      expect(report.problems).toEqual([
        { code: 'timestamp.refused', file: timestampName(named), detail: rule },
      ]);
    }
  });

  it('are a fault when nobody whom the verifier names answers for them', async () => {
    const file = await bundle((note) => note);
    writeFileSync(at('root.pem'), new InventedAuthority(NOW_MS).root.pem);
    const { exit, report } = await verify(file, '--tsa-ca', at('root.pem'));
    expect([exit, report.problems]).toEqual([
      2,
      [expect.objectContaining({ detail: 'authority' })],
    ]);
  });
});
