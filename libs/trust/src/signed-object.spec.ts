import { beforeAll, describe, expect, it } from '@jest/globals';

import { canonicalJson, parseBase64Url, toBase64Url, utf8, type JsonValue } from '@enlace/kernel';
import { forTestsOnlySeed, refusalOf } from '@enlace/testing';

import { keyId } from './fingerprint.js';
import { SIGNING_LABELS } from './labels.js';
import { addSignature, publicKeyOf, signObject } from './sign-object.js';
import { isSignedBy, parseSignedObject } from './signed-object.js';
import { cryptoReady } from './sodium.js';

beforeAll(cryptoReady);

const ana = forTestsOnlySeed('ana');
const mario = forTestsOnlySeed('mario');
const body = { action: 'suspend', nonce: 'Zm9v', target: 'CR' };
const signed = () => signObject(SIGNING_LABELS.breakGlass, body, [ana, mario]);
const wireOf = (outer: JsonValue): string => canonicalJson(outer);
const sigOf = (fill: number, length = 64) => toBase64Url(new Uint8Array(length).fill(fill));
const signature = (key: string) => ({ key, sig: sigOf(1) });

describe('a signed object', () => {
  it('comes back as it was signed, and tells who signed it', () => {
    const object = parseSignedObject(signed());
    expect(object.body).toEqual(body);
    for (const seed of [ana, mario]) {
      expect(isSignedBy(object, SIGNING_LABELS.breakGlass, publicKeyOf(seed))).toBe(true);
    }
  });

  it('is signed by nobody else, for nothing else, and by no key of another length', () => {
    const object = parseSignedObject(signed());
    const stranger = publicKeyOf(forTestsOnlySeed('stranger'));
    expect(isSignedBy(object, SIGNING_LABELS.breakGlass, stranger)).toBe(false);
    expect(isSignedBy(object, SIGNING_LABELS.approval, publicKeyOf(ana))).toBe(false);
    expect(isSignedBy(object, SIGNING_LABELS.breakGlass, publicKeyOf(ana).subarray(1))).toBe(false);
  });

  it('has one wire, in whatever order and however often it is signed', () => {
    const one = signObject(SIGNING_LABELS.breakGlass, body, [mario]);
    const both = addSignature(SIGNING_LABELS.breakGlass, one, ana);
    expect(both).toBe(signed());
    expect(addSignature(SIGNING_LABELS.breakGlass, both, mario)).toBe(both);
  });

  it('is never true after a changed character', () => {
    const wire = signed();
    for (let at = 0; at < wire.length; at += 1) {
      const other = wire[at] === 'A' ? 'B' : 'A';
      const changed = wire.slice(0, at) + other + wire.slice(at + 1);
      const holds = () => {
        const object = parseSignedObject(changed);
        return [ana, mario].every((seed) =>
          isSignedBy(object, SIGNING_LABELS.breakGlass, publicKeyOf(seed)),
        );
      };
      expect(readsTrue(holds)).toBe(false);
    }
  });

  it('refuses bodies and seeds that are too long', () => {
    const long = { text: 'x'.repeat(8_192) };
    expect(refusalOf(() => signObject(SIGNING_LABELS.approval, long, [ana]))).toBe('size');
    expect(() => publicKeyOf(new Uint8Array(64))).toThrow(RangeError);
  });
});

function readsTrue(check: () => boolean): boolean {
  let held = false;
  if (refusalOf(() => (held = check())) !== 'accepted') return false;
  return held;
}

describe('a wire', () => {
  const encoded = toBase64Url(utf8(canonicalJson(body)));
  const keys = ['a', 'b'].map((letter) => letter.repeat(22));
  const sigs = keys.map(signature);

  it.each<[string, string]>([
    ['size', 'x'.repeat(12 * 1024 + 1)],
    ['form', '{'],
    ['wire-not-canonical', '[]'],
    ['wire-not-canonical', `{"sigs":[],"body":"${encoded}"}`],
    ['wire-members', wireOf({ body: encoded, extra: 1, sigs })],
    ['wire-members', wireOf({ body: 1, sigs })],
    ['wire-members', wireOf({ body: encoded })],
    ['form', wireOf({ body: `${encoded}=`, sigs })],
    ['form', wireOf({ body: toBase64Url(Uint8Array.of(0xff)), sigs })],
    ['size', wireOf({ body: toBase64Url(new Uint8Array(8_193)), sigs })],
    ['body-not-canonical', wireOf({ body: toBase64Url(utf8('{"b":1,"a":1}')), sigs })],
    ['body-not-canonical', wireOf({ body: toBase64Url(utf8('{ "a":1}')), sigs })],
    ['body-not-canonical', wireOf({ body: toBase64Url(utf8('"text"')), sigs })],
    ['form', wireOf({ body: toBase64Url(utf8('{"a":1.5}')), sigs })],
    ['form', wireOf({ body: toBase64Url(utf8('{"a":1,"a":1}')), sigs })],
    ['signature-count', wireOf({ body: encoded, sigs: [] })],
    ['signature-count', wireOf({ body: encoded, sigs: {} })],
    [
      'signature-count',
      wireOf({
        body: encoded,
        sigs: Array.from({ length: 17 }, (_, at) =>
          signature(String.fromCharCode(97 + at).repeat(22)),
        ),
      }),
    ],
    ['signature-order', wireOf({ body: encoded, sigs: sigs.toReversed() })],
    ['signature-order', wireOf({ body: encoded, sigs: [sigs[0] ?? null, sigs[0] ?? null] })],
    ['signature-members', wireOf({ body: encoded, sigs: ['text'] })],
    ['signature-members', wireOf({ body: encoded, sigs: [{ key: 'short', sig: sigOf(1) }] })],
    ['signature-members', wireOf({ body: encoded, sigs: [{ key: 1, sig: sigOf(1) }] })],
    ['signature-members', wireOf({ body: encoded, sigs: [{ key: keys[0] ?? '', sig: 1 }] })],
    ['signature-members', wireOf({ body: encoded, sigs: [{ key: keys[0] ?? '' }] })],
    [
      'signature-length',
      wireOf({ body: encoded, sigs: [{ key: keys[0] ?? '', sig: sigOf(1, 63) }] }),
    ],
  ])('is refused by the rule %s', (rule, wire) => {
    expect(refusalOf(() => parseSignedObject(wire))).toBe(rule);
  });

  it('does not take a key id for a proof', () => {
    const key = publicKeyOf(ana);
    const object = parseSignedObject(
      wireOf({ body: encoded, sigs: [{ key: keyId(key), sig: sigOf(7) }] }),
    );
    expect(isSignedBy(object, SIGNING_LABELS.breakGlass, key)).toBe(false);
    expect(parseBase64Url(encoded)).toEqual(object.bodyBytes);
  });
});
