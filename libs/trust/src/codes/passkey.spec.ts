import { createHash } from 'node:crypto';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { utf8 } from '@enlace/kernel';

import { cryptoReady } from '../sodium.js';
import {
  authenticatorRef,
  passkeyChallenge,
  recoveryChallenge,
  registrationChallenge,
  stepUpChallenge,
} from './passkey.js';

beforeAll(cryptoReady);

const given = { challengeId: 'id', challenge: 'number' };
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

describe('what a passkey signs', () => {
  it('names the number of the server and the key of the session', () => {
    const said = '{"challenge":"number","challengeId":"id","sessionKey":"key"}';
    expect(text(passkeyChallenge({ ...given, sessionKey: 'key' }))).toBe(
      hash(`enlace/passkey/v1\0${said}`),
    );
  });

  it('names the key of a device that is let in, or for which a passkey is made', () => {
    expect(text(recoveryChallenge({ ...given, sessionKey: 'key', signKey: 'device' }))).toBe(
      hash(
        'enlace/passkey-recovery/v1\0' +
          '{"challenge":"number","challengeId":"id","sessionKey":"key","signKey":"device"}',
      ),
    );
    expect(text(registrationChallenge({ ...given, deviceId: 'd', signKey: 'device' }))).toBe(
      hash(
        'enlace/passkey-registration/v1\0' +
          '{"challenge":"number","challengeId":"id","deviceId":"d","signKey":"device"}',
      ),
    );
  });

  it('is the whole statement of a step-up', () => {
    expect(text(stepUpChallenge(utf8('{"action":"x"}')))).toBe(
      hash('enlace/stepup/v1\0{"action":"x"}'),
    );
  });
});

describe('the name of a passkey in a certificate', () => {
  it('is the hash of its id and its key', () => {
    expect(authenticatorRef(utf8('id'), utf8('key'))).toBe(hash('idkey'));
  });
});
