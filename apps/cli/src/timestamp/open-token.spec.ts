import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { formatInstant, utf8 } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { openTimeStamp, type TimeStamp } from './open-token.js';

interface Vectors {
  readonly note: string;
  readonly authority: string;
  readonly stamps: Readonly<Record<'ec' | 'rsa', string>>;
}

/** Made by OpenSSL: another program agrees what a time stamp is. */
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/time-stamps.json', import.meta.url), 'utf8'),
);
const file = new Uint8Array(Buffer.from(vectors.note, 'base64'));
const authorities = [new X509Certificate(vectors.authority)];
const stampOf = (kind: 'ec' | 'rsa') => new Uint8Array(Buffer.from(vectors.stamps[kind], 'base64'));

type Asked = Partial<Parameters<typeof openTimeStamp>[1]>;

const open = (answer: Uint8Array, asked: Asked = {}): TimeStamp =>
  openTimeStamp(answer, { file, nonce: null, authorities, ...asked });

/** The rule by which it is refused, or the time that it says. */
function judge(answer: Uint8Array, asked: Asked = {}): string {
  try {
    const { atMs, authority } = open(answer, asked);
    return `${formatInstant(atMs)} ${authority}`;
  } catch (error) {
    if (error instanceof CliError) return String(error.facts['rule']);
    throw error;
  }
}

describe('a time stamp that another program made', () => {
  it.each(['ec', 'rsa'] as const)('says when a file was there, signed by %s', (kind) => {
    expect(judge(stampOf(kind))).toBe(
      `2026-11-26T12:12:00.000Z C=XX, O=Invented Time, CN=Invented Stamps ${kind}`,
    );
  });

  it('says nothing of another file, to another request, or under another authority', () => {
    expect(judge(stampOf('ec'), { file: utf8('another file') })).toBe('other-file');
    expect(judge(stampOf('ec'), { nonce: new Uint8Array(8).fill(1) })).toBe('nonce');
    expect(judge(stampOf('ec'), { authorities: [] })).toBe('authority');
    expect(judge(stampOf('ec'), { authorities: null })).toContain('Invented Stamps');
    expect(judge(new Uint8Array())).toBe('form');
    expect(judge(utf8('<html>'))).toBe('form');
  });

  it('says the same or nothing, whichever bit of it is changed or cut off', () => {
    for (const kind of ['ec', 'rsa'] as const) {
      const whole = stampOf(kind);
      const said = judge(whole);
      const changed: string[] = [];
      for (let bit = 0; bit < whole.length * 8; bit += kind === 'ec' ? 61 : 173) {
        const flipped = Uint8Array.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const told = judge(flipped);
        if (told !== said && told.startsWith('2')) changed.push(`${bit}: ${told}`);
      }
      expect(changed).toEqual([]);
      for (let length = 0; length < whole.length; length += 97) {
        expect(judge(whole.subarray(0, length))).not.toBe(said);
      }
    }
  });
});
