import { describe, expect, it } from '@jest/globals';
import { MalformedInput } from '@enlace/kernel';
import { QueryFailedError } from 'typeorm';

import {
  AccessDenied,
  isDriverFailure,
  isRetryable,
  sawDatabaseError,
  ServiceUnavailable,
  SessionEnded,
  sqlState,
  StorageFull,
  translateDatabaseError,
  WriteConflict,
} from './database-errors.js';

const failed = (members: object) =>
  new QueryFailedError('SELECT 1', [], Object.assign(new Error('said by the driver'), members));

describe('an error of PostgreSQL', () => {
  it.each([
    ['42501', {}, AccessDenied],
    ['42501', { schema: 'guard' }, SessionEnded],
    ['23505', { constraint: 'people_pkey' }, WriteConflict],
    ['53100', {}, StorageFull],
    ['53200', {}, StorageFull],
    ['53300', {}, ServiceUnavailable],
    ['57014', {}, ServiceUnavailable],
    ['57P01', {}, ServiceUnavailable],
    ['57P03', {}, ServiceUnavailable],
    ['08006', {}, ServiceUnavailable],
    ['58030', {}, ServiceUnavailable],
    ['25006', {}, ServiceUnavailable],
    ['25P03', {}, ServiceUnavailable],
    ['55P03', {}, ServiceUnavailable],
    ['40001', {}, ServiceUnavailable],
    ['40P01', {}, ServiceUnavailable],
  ])('%s becomes one of ours and keeps its cause: %o', (code, members, expected) => {
    const error = failed({ code, ...members });
    const translated = translateDatabaseError(error);
    expect(translated).toBeInstanceOf(expected);
    expect(translated).toMatchObject({ cause: error, facts: {} });
  });

  it.each(['23502', '23503', '22012', '42703', '42601'])(
    '%s is a mistake of ours and stays what it is',
    (code) => {
      const error = failed({ code });
      expect(translateDatabaseError(error)).toBe(error);
    },
  );

  it.each(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'ETIMEDOUT'])(
    '%s is none: the connection broke',
    (code) => {
      const error = failed({ code });
      expect([sqlState(error), isDriverFailure(error)]).toEqual([undefined, true]);
    },
  );

  it('says when to come again where nothing was done, and not where nobody knows', () => {
    const later = (code: string) => {
      const told = translateDatabaseError(failed({ code }));
      return told instanceof ServiceUnavailable ? told.facts['retryAfterSeconds'] : 'another';
    };
    expect(['40001', '40P01', '53300', '55P03', '57014'].map(later)).toEqual([1, 1, 1, 1, 1]);
    expect(['08006', '57P01', '58030', '25006'].map(later)).toEqual(Array(4).fill(undefined));
  });

  it('is repeated only when the transaction lost a race', () => {
    expect(
      ['40001', '40P01', '23505', '57014'].map((code) => isRetryable(failed({ code }))),
    ).toEqual([true, true, false, false]);
  });

  it('is found below what an act made of it', () => {
    const error = failed({ code: '23505' });
    expect(sawDatabaseError(new MalformedInput('seen', { cause: error }))).toBe(true);
    expect(sawDatabaseError(new MalformedInput('not seen'))).toBe(false);
  });
});

describe('any other error', () => {
  it.each([
    new MalformedInput('no'),
    new TypeError('a bug'),
    undefined,
    'text',
    { code: 'ENOENT' },
  ])('stays what it is: %s', (error) => {
    expect(translateDatabaseError(error)).toBe(error);
  });

  it('of the driver is a failed connection, unless the caller gave it a value it cannot send', () => {
    expect(isDriverFailure(failed({ code: 'ECONNRESET' }))).toBe(true);
    expect(isDriverFailure(failed({}))).toBe(true);
    expect(isDriverFailure(failed({ name: 'TypeError' }))).toBe(false);
    expect(isDriverFailure(failed({ code: '42601' }))).toBe(false);
  });
});
