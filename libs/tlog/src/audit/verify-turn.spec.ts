import { describe, expect, it } from '@jest/globals';
import { nodeTlogCrypto as crypto } from '@enlace/testing';
import { canonicalJson, parseId, toBase64Url, utf8 } from '@enlace/kernel';
import type { EventId, JsonObject } from '@enlace/kernel';

import { encodeLeaf, type LeafKind } from '../events/leaf.js';
import { commitSections, digestSection, SECTION_NAMES } from '../events/sections.js';
import type { SectionDigests } from '../events/sections.js';
import { TurnRefused } from '../tlog-error.js';
import { verifyClosing, verifyOpening } from './verify-turn.js';

const OLD = 'audit.enlace.example/2026';
const NEXT = 'audit.enlace.example/2027';
const root = new Uint8Array(32).fill(7);
const size = 40;

/** An end of a log that says this, and the leaf that commits to it. */
function anEnd(index: number, said: JsonObject, kind: LeafKind = 'life') {
  const what = { salt: new Uint8Array(32).fill(1), bytes: utf8(canonicalJson(said)) };
  const empty = { salt: new Uint8Array(32).fill(2), bytes: utf8('{}') };
  const digests = Object.fromEntries(
    SECTION_NAMES.map((name) => [
      name,
      digestSection(crypto, name, name === 'what' ? what : empty),
    ]),
  ) as SectionDigests;
  const leaf = encodeLeaf({
    kind,
    occurredAtMs: 1,
    eventId: parseId<EventId>('019a0b1c-2d3e-7f40-8a1b-2c3d4e5f6071'),
    commitment: commitSections(crypto, digests),
  });
  return { leaf, shown: { index, digests, what } };
}

const closed = { type: 'log.closed', origin: OLD, nextOrigin: NEXT, nextVkey: 'key' };
const continued = {
  type: 'log.continued',
  origin: NEXT,
  predecessor: OLD,
  predecessorSize: size,
  predecessorRoot: toBase64Url(root),
};

function closing(said: JsonObject = closed, index = size - 1, kind: LeafKind = 'life') {
  const { leaf, shown } = anEnd(index, said, kind);
  return verifyClosing(crypto, { origin: OLD, size, leaf }, shown);
}

function opening(said: JsonObject = continued, index = 0) {
  const { leaf, shown } = anEnd(index, said);
  const predecessor = { origin: OLD, size, root };
  return verifyOpening(crypto, { origin: NEXT, leaf, predecessor }, shown);
}

describe('the end of a log', () => {
  it('names the next log and its key', () => {
    expect(closing()).toEqual({ origin: NEXT, vkey: 'key' });
  });

  it.each([
    ['of another log', { ...closed, origin: NEXT }],
    ['of another type', { ...closed, type: 'log.halted' }],
    ['without the next log', { type: 'log.closed', origin: OLD, nextVkey: 'key' }],
    ['with half a key', { ...closed, nextVkey: 7 }],
  ])('is none %s', (_, said) => {
    expect(() => closing(said)).toThrow(TurnRefused);
  });

  it('is the last leaf, of the life of the log, and what it commits to', () => {
    expect(() => closing(closed, size - 2)).toThrow(TurnRefused);
    expect(() => closing(closed, size - 1, 'act')).toThrow(TurnRefused);
    const { leaf } = anEnd(size - 1, closed);
    const { shown } = anEnd(size - 1, { ...closed, nextVkey: 'another' });
    expect(() => verifyClosing(crypto, { origin: OLD, size, leaf }, shown)).toThrow(TurnRefused);
  });
});

describe('the beginning of a log', () => {
  it('names the very head at which the one before was closed', () => {
    expect(opening()).toEqual({ predecessor: OLD, lost: null });
  });

  it('says what is lost, where it continues after a loss', () => {
    const lost = { ...continued, lostFrom: 12, lostTo: size };
    expect(opening(lost)).toEqual({ predecessor: OLD, lost: { from: 12, to: size } });
    expect(() => opening({ ...continued, lostFrom: 12 })).toThrow(TurnRefused);
    expect(() => opening({ ...continued, lostFrom: 'x', lostTo: 'y' })).toThrow(TurnRefused);
  });

  it.each([
    ['another log', { ...continued, predecessor: NEXT }],
    ['another size', { ...continued, predecessorSize: size - 1 }],
    ['another root', { ...continued, predecessorRoot: toBase64Url(new Uint8Array(32)) }],
    ['no root', { ...continued, predecessorRoot: '*' }],
    ['nothing', { type: 'log.continued', origin: NEXT }],
  ])('continues not %s', (_, said) => {
    expect(() => opening(said)).toThrow(TurnRefused);
    expect(() => opening(continued, 1)).toThrow(TurnRefused);
  });
});
