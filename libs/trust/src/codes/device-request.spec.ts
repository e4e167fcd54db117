import { beforeAll, describe, expect, it } from '@jest/globals';
import { systemRandom } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import {
  deviceCommitment,
  deviceDigits,
  deviceKeysHash,
  deviceTranscript,
  formatDeviceRequest,
  isCommittedNonce,
  readDeviceRequest,
} from './device-request.js';

beforeAll(cryptoReady);

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const REQUEST = {
  deviceId: '01943b10-7000-7000-8000-000000000001',
  keysHash: filled(32, 7),
  linkId: '01943b10-7000-7000-8000-000000000002',
};

describe('the text of a new device', () => {
  it('says the same after it was typed in other case, with spaces and line ends', () => {
    const text = formatDeviceRequest(REQUEST);
    expect(readDeviceRequest(text)).toEqual(REQUEST);
    const typed = text.toLowerCase().replaceAll('-', ' ').replace('enlace device', 'enlace-device');
    expect(readDeviceRequest(`  ${typed}\n`)).toEqual(REQUEST);
  });

  it('is refused with any character changed, and says in which part', () => {
    const text = formatDeviceRequest(REQUEST);
    const starts = text.split(':').slice(0, 2).join(':').length + 1;
    const malformed = expect.objectContaining({ code: 'invitation.malformed' });
    for (let at = starts; at < text.length; at += 1) {
      if (!/[0-9A-Z]/.test(text[at] ?? '')) continue;
      const other = text[at] === '7' ? '8' : '7';
      const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
      expect(() => readDeviceRequest(changed)).toThrow(malformed);
    }
    const swapped = text.split(':');
    const [link = '', device = ''] = [swapped[4], swapped[2]];
    expect(() =>
      readDeviceRequest(['enlace-device', '1', link, swapped[3], device].join(':')),
    ).toThrow(expect.objectContaining({ facts: { part: 1 } }));
  });

  it('is no invitation, and of no other version', () => {
    const text = formatDeviceRequest(REQUEST);
    for (const other of [text.replace('device', 'invite'), text.replace(':1:', ':2:'), 'x']) {
      expect(() => readDeviceRequest(other)).toThrow('not enlace-device of version 1');
    }
  });
});

describe('the digits of two devices', () => {
  const said = {
    offer: filled(10, 1),
    acceptance: filled(10, 2),
    offeredNonce: filled(32, 3),
    acceptedNonce: filled(32, 4),
  };

  it('are six, frozen, and of everything that was said', () => {
    expect(deviceDigits(deviceTranscript(said))).toBe('807288');
    for (const name of ['offer', 'acceptance', 'offeredNonce', 'acceptedNonce'] as const) {
      const other = { ...said, [name]: filled(said[name].length, 9) };
      expect(deviceTranscript(other)).not.toEqual(deviceTranscript(said));
    }
    // What one says is never read as the beginning of what the other one says.
    const moved = { ...said, offer: filled(11, 1), acceptance: filled(9, 2) };
    expect(deviceTranscript(moved)).not.toEqual(deviceTranscript(said));
  });

  it('have leading zeros', () => {
    expect(deviceDigits(filled(32, 0))).toBe('000000');
    for (let tries = 0; tries < 100; tries += 1) {
      expect(deviceDigits(systemRandom.bytes(32))).toMatch(/^\d{6}$/);
    }
  });

  it('stand on numbers that nobody changes after having committed to them', () => {
    const commitment = deviceCommitment(REQUEST.linkId, said.offeredNonce);
    expect(isCommittedNonce(REQUEST.linkId, said.offeredNonce, commitment)).toBe(true);
    expect(isCommittedNonce(REQUEST.linkId, said.acceptedNonce, commitment)).toBe(false);
    expect(isCommittedNonce(REQUEST.deviceId, said.offeredNonce, commitment)).toBe(false);
  });

  it('name both keys of a device', () => {
    const [sign, kem] = [filled(32, 1), filled(1_216, 2)];
    expect(deviceKeysHash(sign, kem)).not.toEqual(deviceKeysHash(kem, sign));
  });
});
