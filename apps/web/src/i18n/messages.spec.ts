import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { IntlMessageFormat } from 'intl-messageformat';

import { chooseLanguage } from './language.js';
import { formatMessage, isMessageKey } from './messages.js';

/** Node kinds of `intl-messageformat` that name an argument: argument, number, date, time, select, plural. */
const ARGUMENT_KINDS = new Set([1, 2, 3, 4, 5, 6]);

function readCatalogue(language: string): Record<string, string> {
  const url = new URL(`./${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, string>;
}

function argumentsOf(message: string): string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const { type, value, options } = node as { type?: number; value?: string; options?: object };
    if (type !== undefined && value !== undefined && ARGUMENT_KINDS.has(type)) names.add(value);
    if (options)
      for (const option of Object.values(options)) visit((option as { value: unknown }).value);
  };
  visit(new IntlMessageFormat(message, 'es', undefined, { ignoreTag: true }).getAst());
  return [...names].toSorted();
}

const es = readCatalogue('es');
const en = readCatalogue('en');
const fr = readCatalogue('fr');

describe('the catalogues', () => {
  it('have the same keys in Spanish and English', () => {
    expect(Object.keys(en)).toEqual(Object.keys(es));
  });

  it('have no French message that Spanish does not have', () => {
    expect(Object.keys(fr).filter((key) => !(key in es))).toEqual([]);
  });

  it.each(Object.keys(es))('names the same arguments in every language: %s', (key) => {
    const expected = argumentsOf(es[key] ?? '');
    expect(argumentsOf(en[key] ?? '')).toEqual(expected);
    expect(argumentsOf(fr[key] ?? es[key] ?? '')).toEqual(expected);
  });

  it('hold no empty message, no markup and nothing copied from one language to the other', () => {
    for (const [key, message] of Object.entries(es)) {
      expect(message.trim()).not.toBe('');
      expect(`${message}${en[key] ?? ''}`).not.toMatch(/[<>]/);
      expect([key, en[key]]).not.toEqual([key, message]);
    }
  });

  it('finds the arguments of a plural, so that the comparison above can fail', () => {
    expect(argumentsOf('{count, plural, one {# de {name}} other {#}}')).toEqual(['count', 'name']);
  });
});

describe('a message', () => {
  it('is formatted with the plural of its language', () => {
    expect(formatMessage('es', 'about.files.count', { count: 1 })).toBe('1 archivo');
    expect(formatMessage('en', 'about.files.count', { count: 12 })).toBe('12 files');
  });

  it('falls back to English where French has none', () => {
    expect(formatMessage('fr', 'sign-in.title')).toBe('Connexion');
    expect(formatMessage('fr', 'about.build')).toBe('Build identifier');
  });

  it('throws when an argument is missing', () => {
    expect(() => formatMessage('es', 'problem.code')).toThrow('code');
  });

  it('is known by an own key only', () => {
    expect(isMessageKey('about.title')).toBe(true);
    expect(isMessageKey('constructor')).toBe(false);
  });
});

describe('the language', () => {
  it.each([
    [null, [], 'es'],
    [null, ['pt-BR', 'en-GB', 'es-MX'], 'en'],
    [null, ['ES-gt'], 'es'],
    [null, ['fr-CA', 'en-CA'], 'en'],
    ['en', ['es-MX'], 'en'],
    ['fr', ['es-MX'], 'fr'],
    ['<script>', ['de'], 'es'],
  ])('stored %p, preferred %p, is %p', (stored, preferred, expected) => {
    expect(chooseLanguage(stored, preferred)).toBe(expected);
  });
});
