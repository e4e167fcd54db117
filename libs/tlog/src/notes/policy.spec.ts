import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { concatBytes, utf8 } from '@enlace/kernel';
import { aNoteSigner, NaiveTree, nodeTlogCrypto as crypto, refusalOf } from '@enlace/testing';

import { OriginMismatch, PolicyMalformed, QuorumUnmet } from '../tlog-error.js';
import { cosign, formatCheckpoint } from './checkpoint.js';
import { signNote, type NoteSigner } from './note.js';
import { parsePolicy, POLICY_LIMITS, type Policy } from './policy-file.js';
import { isQuorum, judgeCheckpoint, openWitnessedCheckpoint } from './policy.js';
import { formatVkey } from './vkey.js';

const origin = 'audit.enlace.example/2026';
const log = aNoteSigner(origin);
const states = ['BZ', 'CA', 'CR', 'DO', 'GT', 'HN', 'MX', 'NI', 'PA', 'SV', 'US'];
const witnesses = new Map(
  states.map((state, at) => [
    state,
    aNoteSigner(`witness.${state.toLowerCase()}`, { type: 'cosignature', seedByte: 10 + at }),
  ]),
);
const witnessOf = (state: string): NoteSigner => witnesses.get(state) ?? log;
const lineOf = (state: string): string => `witness ${state} ${formatVkey(witnessOf(state).key)}`;
const logLine = `log ${formatVkey(log.key)}`;
const read = (...lines: string[]): Policy =>
  parsePolicy(crypto, utf8(lines.map((line) => `${line}\n`).join('')));
const regional = read(
  logLine,
  ...states.map(lineOf),
  `group states 7 ${states.join(' ')}`,
  'quorum states',
);

const root = new NaiveTree([utf8('a')]).root();
const text = formatCheckpoint({ origin, size: 1, root });
const cosignedBy = (cosigners: readonly string[]): Uint8Array =>
  concatBytes(
    signNote(text, log),
    ...cosigners.map((state, at) => utf8(`${cosign(text, 1000 + at, witnessOf(state))}\n`)),
  );

describe('the policy of the region', () => {
  it('is met by seven of eleven States and not by six', () => {
    const seven = states.slice(2, 9);
    const checkpoint = openWitnessedCheckpoint(crypto, cosignedBy(seven), regional);
    expect(checkpoint.size).toBe(1);
    const six = cosignedBy(seven.slice(1));
    expect(() => openWitnessedCheckpoint(crypto, six, regional)).toThrow(QuorumUnmet);
  });

  it('tells who cosigned and when, also below the quorum', () => {
    const judged = judgeCheckpoint(crypto, cosignedBy(['MX', 'CR']), regional);
    expect(judged.cosigners).toEqual([
      { name: 'CR', timeSeconds: 1001 },
      { name: 'MX', timeSeconds: 1000 },
    ]);
    expect(judged.meetsQuorum).toBe(false);
  });

  it('counts a State once, however often its line stands there', () => {
    const crowd = cosignedBy(Array.from({ length: 7 }, () => 'MX'));
    expect(judgeCheckpoint(crypto, crowd, regional).cosigners).toHaveLength(1);
  });

  it('believes no log that it does not name', () => {
    const stranger = aNoteSigner('audit.enlace.example/2027');
    const other = formatCheckpoint({ origin: stranger.key.name, size: 1, root });
    expect(() => judgeCheckpoint(crypto, signNote(other, stranger), regional)).toThrow(
      OriginMismatch,
    );
  });
});

describe('a quorum', () => {
  it('of nobody is always met', () => {
    const policy = read(logLine, 'quorum none');
    expect(openWitnessedCheckpoint(crypto, cosignedBy([]), policy).origin).toBe(origin);
  });

  it('of one witness is met by that one', () => {
    const policy = read(logLine, lineOf('MX'), lineOf('CR'), 'quorum MX');
    expect(isQuorum(policy, new Set(['MX']))).toBe(true);
    expect(isQuorum(policy, new Set(['CR']))).toBe(false);
  });

  it('of groups of groups counts each level (C2SP tlog-policy, example)', () => {
    const policy = read(
      ...['BZ', 'CA', 'CR', 'DO', 'GT', 'HN'].map(lineOf),
      'group X 2 BZ CA CR',
      'group Y any DO GT HN',
      'group X-and-Y all X Y',
      'quorum X-and-Y',
    );
    expect(isQuorum(policy, new Set(['BZ', 'CR', 'HN']))).toBe(true);
    expect(isQuorum(policy, new Set(['BZ', 'HN']))).toBe(false);
    expect(isQuorum(policy, new Set(['BZ', 'CA', 'CR']))).toBe(false);
    expect(isQuorum(policy, new Set(['X', 'Y', 'X-and-Y']))).toBe(false);
  });

  it('of k is met by exactly the sets of at least k', () => {
    fc.assert(
      fc.property(fc.subarray(states), fc.integer({ min: 1, max: 11 }), (present, k) => {
        const policy = { ...regional, groups: [{ name: 'states', threshold: k, members: states }] };
        expect(isQuorum(policy, new Set(present))).toBe(present.length >= k);
      }),
    );
  });
});

describe('a policy file', () => {
  it('may have comments, blank lines, tabs and addresses', () => {
    const policy = read(
      '# región',
      '',
      ' \t ',
      `\t${logLine}\thttps://audit.example  `,
      `${lineOf('MX')} https://witness.example.mx`,
      '  # the quorum',
      'quorum MX',
    );
    expect(policy.logs.map(({ url }) => url)).toEqual(['https://audit.example']);
    expect(policy.witnesses.map(({ url }) => url)).toEqual(['https://witness.example.mx']);
  });

  it('tells names apart by their bytes', () => {
    const [kelvin, letter] = [
      lineOf('MX').replace('MX', '\u212a'),
      lineOf('CR').replace('CR', 'K'),
    ];
    expect(read(kelvin, letter, 'group g 2 \u212a K', 'quorum g').witnesses).toHaveLength(2);
  });

  it.each<[string, string[]]>([
    ['no quorum', [logLine]],
    ['two quorums', ['quorum none', 'quorum none']],
    ['a quorum of two names', [lineOf('MX'), 'quorum MX MX']],
    ['an empty quorum', ['quorum']],
    ['a quorum that is defined later', ['quorum MX', lineOf('MX')]],
    ['an unknown word', ['mirror x', 'quorum none']],
    ['a log without key', ['log', 'quorum none']],
    ['a log with three items', [`${logLine} a b`, 'quorum none']],
    ['a witness without key', ['witness MX', 'quorum none']],
    ['a witness with four items', [`${lineOf('MX')} a b`, 'quorum none']],
    ['a log with a witness key', [`log ${formatVkey(witnessOf('MX').key)}`, 'quorum none']],
    ['a witness with a log key', [`witness MX ${formatVkey(log.key)}`, 'quorum none']],
    ['a broken key', [logLine.slice(0, -1), 'quorum none']],
    ['one log twice', [logLine, logLine, 'quorum none']],
    [
      'one key on two log lines under two names',
      [logLine, `log ${formatVkey(aNoteSigner('other').key)}`, 'quorum none'],
    ],
    ['one witness key twice', [lineOf('MX'), lineOf('MX').replace('MX', 'M2'), 'quorum none']],
    ['one witness name twice', [lineOf('MX'), lineOf('CR').replace('CR', 'MX'), 'quorum none']],
    ['a witness named none', [lineOf('MX').replace('MX', 'none'), 'quorum none']],
    ['a group named as a witness', [lineOf('MX'), 'group MX any MX', 'quorum none']],
    ['a group without members', [lineOf('MX'), 'group g any', 'quorum none']],
    ['a group of itself', [lineOf('MX'), 'group g any g', 'quorum none']],
    ['none as a member', ['group g any none', 'quorum none']],
    ['a member defined later', ['group g any MX', lineOf('MX'), 'quorum none']],
    ['a member twice in a group', [lineOf('MX'), 'group g any MX MX', 'quorum none']],
    ['a member of two groups', [lineOf('MX'), 'group g any MX', 'group h any MX', 'quorum none']],
    ['a threshold of 0', [lineOf('MX'), 'group g 0 MX', 'quorum none']],
    ['a threshold above its members', [lineOf('MX'), 'group g 2 MX', 'quorum none']],
    ['a threshold of 01', [lineOf('MX'), 'group g 01 MX', 'quorum none']],
    ['a threshold in words', [lineOf('MX'), 'group g most MX', 'quorum none']],
    ['a carriage return', ['quorum none\r']],
    ['a DEL', ['# \u007f', 'quorum none']],
  ])('never has %s', (_, lines) => {
    expect(() => read(...lines)).toThrow(PolicyMalformed);
  });

  it('names the line that is wrong', () => {
    expect(() => read('quorum none', '', 'mirror')).toThrow(
      expect.objectContaining({ facts: { line: 3 } }),
    );
  });

  it('ends every line, is UTF-8, and is bounded', () => {
    const refused = (file: Uint8Array) => () => parsePolicy(crypto, file);
    expect(refused(utf8('quorum none'))).toThrow(PolicyMalformed);
    expect(refused(utf8(''))).toThrow(PolicyMalformed);
    expect(refused(Uint8Array.of(0x23, 0xff, 0x0a))).toThrow(PolicyMalformed);
    const fill = (bytes: number): Uint8Array => utf8(`quorum none\n#${'x'.repeat(bytes - 14)}\n`);
    expect(refused(fill(POLICY_LIMITS.bytes))).not.toThrow();
    expect(refused(fill(POLICY_LIMITS.bytes + 1))).toThrow(PolicyMalformed);
  });

  it('has room for 64 logs, witnesses and groups, and not for one more', () => {
    const keys = (type: 'ed25519' | 'cosignature', count: number): string[] =>
      Array.from({ length: count }, (_, at) =>
        formatVkey(aNoteSigner(`k${at}`, { type, seedByte: 100 + at }).key),
      );
    const logs = keys('ed25519', 65).map((key) => `log ${key}`);
    const members = keys('cosignature', 65).map((key, at) => `witness w${at} ${key}`);
    const groups = Array.from(
      { length: 65 },
      (_, at) => `group g${at} any ${at === 0 ? 'w0' : `g${at - 1}`}`,
    );
    const full = [...logs.slice(1), ...members.slice(1), members[0] ?? ''].filter(
      (line) => !line.startsWith('witness w64 '),
    );
    const policy = read(...full, ...groups.slice(0, 64), 'quorum g63');
    expect(isQuorum(policy, new Set(['w0']))).toBe(true);
    expect(() => read(...logs, 'quorum none')).toThrow(PolicyMalformed);
    expect(() => read(...members, 'quorum none')).toThrow(PolicyMalformed);
    expect(() => read(members[0] ?? '', ...groups, 'quorum none')).toThrow(PolicyMalformed);
  });

  it('refuses junk with its own error', () => {
    const word = fc.constantFrom(
      'log',
      'witness',
      'group',
      'quorum',
      'none',
      'any',
      '2',
      'MX',
      '#',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 5 }), { maxLength: 5 }), (lines) => {
        const refusal = refusalOf(() => read(...lines.map((items) => items.join(' '))));
        expect(['accepted', 'tlog.policy-malformed']).toContain(refusal);
      }),
    );
  });
});
