import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EvidenceCase, flipBit } from '@enlace/testing';
import { main } from '../../main.js';

const VECTORS = join(import.meta.dirname, '../../../../../libs/trust/vectors/evidence');
let folder = '';
let evidence: EvidenceCase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'enlace-evidence-'));
  evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa');
  evidence.list('cr-rosa');
  writeFileSync(join(folder, 'policy.txt'), evidence.policyText);
  writeFileSync(join(folder, 'trust-store.json'), evidence.trustStoreText);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on a bundle in a folder of its own. */
async function verify(bundle: Uint8Array, ...more: readonly string[]) {
  const file = join(folder, 'case.enlace-evidence.zip');
  writeFileSync(file, bundle);
  return runVerify([file, '--trust', join(folder, 'trust-store.json'), ...more]);
}

async function runVerify(args: readonly string[], policy = join(folder, 'policy.txt')) {
  const word = args.includes('--out') ? 'report' : 'verify';
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const terminal = { input: new PassThrough(), output, errors, environment: { LANG: 'en_US' } };
  const exit = await main(['audit', word, ...args, '--policy', policy], terminal);
  return { exit, text: `${output.read() ?? ''}`, errors: `${errors.read() ?? ''}` };
}

describe('enlace audit verify BUNDLE', () => {
  it('ends with 0 and prints the report of a sound bundle, in these words', async () => {
    const { exit, text } = await verify(evidence.bundle());
    expect(text.replaceAll(/root \S+ /g, 'root ROOT ').split('\n')).toEqual([
      expect.stringMatching(/^signer     [0-9a-f-]{36} of CR, device [0-9a-f-]{36}, 20/),
      expect.stringMatching(/^scope      national CR \{\}, to be kept until 20/),
      'log        audit.example.test/2027',
      'checkpoint size 2  root ROOT  signed',
      'witnesses  3 of 3 (need 2): CR GT MX',
      'log        directory.example.test',
      'checkpoint size 37  root ROOT  signed',
      'witnesses  3 of 3 (need 2): CR GT MX',
      'events     2 proven  0 failed',
      'sections   10 shown  0 erased (0 erasures)  0 withheld  0 MISSING',
      'devices    2 request proofs valid  0 not applicable',
      'result     VERIFIED',
      '',
    ]);
    expect(exit).toBe(0);
  });

  it('tells a script the same', async () => {
    const { exit, text } = await verify(evidence.bundle(), '--json');
    const report = JSON.parse(text);
    expect(exit).toBe(0);
    expect(report).toMatchObject({
      v: 1,
      result: 'VERIFIED',
      exit: 0,
      events: { proven: 2, failed: 0 },
      sections: { shown: 10, erased: 0, withheld: 0, missing: 0 },
      problems: [],
    });
    expect(report.logs[0]).toMatchObject({ signed: true, quorum: true, size: 2 });
  });

  it.each([
    [1, 'too few witnesses', () => evidence.cosignedBy(1).bundle()],
    [2, 'a bit of a proof changed', () => flipped(/proofs\/2027\/1/)],
    [3, 'a bit of the container changed', () => flipBit(evidence.bundle(), 3)],
    [6, 'a section that nothing explains', () => missing()],
  ])('ends with %i for %s', async (exit, _, bundle) => {
    expect((await verify(bundle())).exit).toBe(exit);
  });

  it('ends with 2 under the policy of other people, with 4 without any', async () => {
    const file = join(folder, 'b.zip');
    writeFileSync(file, evidence.bundle());
    const [, others] = evidence.policyText.split(/(?<=\n)(?=log directory)/);
    writeFileSync(join(folder, 'others.txt'), others ?? '');
    expect((await runVerify([file], join(folder, 'others.txt'))).exit).toBe(2);
    expect((await runVerify([file], join(folder, 'none.txt'))).exit).toBe(4);
    expect((await runVerify([join(folder, 'none.zip')])).exit).toBe(4);
  });

  it('ends with 1 when nobody here vouches for the roots, and says whose', async () => {
    const file = join(folder, 'b.zip');
    writeFileSync(file, evidence.bundle());
    const { exit, text } = await runVerify([file]);
    expect(exit).toBe(1);
    expect(text).toContain('ROOTS      of CR GT XR');
    expect(text).toContain('result     VERIFIED, UNDER ROOTS THAT NOBODY HERE VOUCHES FOR');
    writeFileSync(file, evidence.cosignedBy(1).bundle());
    expect((await runVerify([file])).text).toContain('VERIFIED, WITH TOO FEW WITNESSES');
  });

  it('ends with 1 for what is proven in a log that goes on after a loss, whoever names its key', async () => {
    evidence = await EvidenceCase.begun('audit.example.test/2027-2');
    evidence.signIn('cr-rosa');
    writeFileSync(join(folder, 'policy.txt'), evidence.policyText);
    const { exit, text } = await verify(evidence.bundle());
    expect(exit).toBe(1);
    expect(text).toContain(
      'LOSS       audit.example.test/2027-2 goes on where another log lost entries',
    );
    expect(text).toContain('result     VERIFIED, IN A LOG THAT GOES ON AFTER A LOSS');
    expect((await verify(evidence.cosignedBy(1).bundle())).text).toContain(
      'WITH TOO FEW WITNESSES',
    );
  });

  it('ends with 5 for two heads of one log, and keeps both notes', async () => {
    const lied = new EvidenceCase(evidence.region);
    for (const type of ['a.b', 'c.d']) lied.act('cr-rosa', { type });
    let proof = new Uint8Array();
    lied.bundle('cr-ines', {
      content: (content) => {
        proof = Uint8Array.from(content.proofs[0]?.file ?? []);
        return content;
      },
    });
    const bundle = evidence.bundle('cr-ines', {
      content: (content) => ({
        ...content,
        proofs: content.proofs.map((one, at) => (at === 0 ? { ...one, file: proof } : one)),
      }),
    });
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await verify(bundle)).exit).toBe(5);
    } finally {
      process.chdir(before);
    }
    const kept = readdirSync(folder).find((name) => /^split-[0-9a-f]{16}-2\.txt$/.test(name));
    expect(readFileSync(join(folder, kept ?? ''), 'utf8')).toMatch(/^audit[^]*\n---\naudit/);
  });

  it('writes a report for people, in which what an event says is never markup', async () => {
    const told = { type: '<script>alert(1)</script>', outcome: 'success', actorState: 'CR' };
    evidence.record(told);
    const out = join(folder, 'report.html');
    const { exit } = await verify(evidence.bundle(), '--out', out);
    const page = readFileSync(out, 'utf8');
    expect(exit).toBe(0);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script');
    expect(page).toContain('<h2>Result of the verification: VERIFIED</h2>');
  });

  it('writes it also of a section that is no event', async () => {
    evidence.recordBytes({ what: 'no JSON at all', who: '[]', why: '{"a":1,"a":2}' });
    const out = join(folder, 'report.html');
    const { exit } = await verify(evidence.bundle(), '--out', out);
    expect(exit).toBe(2);
    expect(readFileSync(out, 'utf8')).toContain('tlog.evidence-refused');
  });

  it('takes no option of the other way, and no server beside a bundle', async () => {
    for (const option of ['--year', '--state-file', '--token-file', '--url']) {
      expect((await verify(evidence.bundle(), option, '2027')).exit).toBe(4);
    }
  });

  it('still verifies the bundle that was frozen with the format', async () => {
    const file = join(VECTORS, 'case.enlace-evidence.zip');
    const trust = ['--trust', join(VECTORS, 'trust-store.json')];
    const { exit, text } = await runVerify([file, ...trust], join(VECTORS, 'policy.txt'));
    expect(text).toContain('sections   21 shown  1 erased (1 erasures)  3 withheld  0 MISSING');
    expect(exit).toBe(0);
  });
});

/** The bundle with one bit changed in a file whose name stands before its bytes. */
function flipped(name: RegExp): Uint8Array {
  const bundle = evidence.bundle();
  const at = Buffer.from(bundle).toString('latin1').search(name);
  return flipBit(bundle, (at + 60) * 8);
}

function missing(): Uint8Array {
  return evidence.bundle('cr-ines', {
    events: (events) =>
      events.map(({ sections: { where, ...sections }, ...event }) => {
        expect(where).toBeDefined();
        return { ...event, sections };
      }),
  });
}
