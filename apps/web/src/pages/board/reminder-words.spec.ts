import { describe, expect, it } from '@jest/globals';

import { formatMessage } from '../../i18n/messages.js';
import { reminderWords } from './reminder-words.js';

const said = (locale: 'es' | 'en', one: Parameters<typeof reminderWords>[1]) =>
  reminderWords((key, values) => formatMessage(locale, key, values), one, locale);

describe('a day that comes near, in words', () => {
  it.each([
    [5, 'vence el plazo pedido, 2030-01-05 (faltan 5 días)'],
    [1, 'vence el plazo pedido, 2030-01-05 (falta 1 día)'],
    [0, 'vence el plazo pedido, 2030-01-05 (hoy)'],
  ])('says how far it is: %s', (daysLeft, words) => {
    expect(said('es', { kind: 'deadline', on: '2030-01-05', daysLeft })).toBe(words);
  });

  it('says how long nothing was heard', () => {
    const silence = { kind: 'no-news', on: '2030-01-05', daysLeft: -61 } as const;
    expect(said('en', silence)).toBe('no change since 2030-01-05 (61 days)');
  });
});
