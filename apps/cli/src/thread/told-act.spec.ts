import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';
import { parseId, type ThreadId } from '@enlace/kernel';

import type { Language } from '../command-line/language.js';
import { tellAct } from './told-act.js';

const threadId = parseId<ThreadId>('01900000-0000-7000-8000-000000000001');

function told(language: Language, json: boolean): string {
  const output = new PassThrough();
  const terminal = { input: new PassThrough(), output, errors: new PassThrough(), environment: {} };
  tellAct({ terminal, json, language }, 'sent', { threadId, seq: 3 });
  return String(output.read());
}

describe('what an act in a thread says', () => {
  it('is in words of the person, with its place in the log', () => {
    expect(told('es', false)).toBe(`Enviado: ${threadId}, entrada 3.\n`);
    expect(told('en', false)).toBe(`Sent: ${threadId}, entry 3.\n`);
  });

  it('is the same object for a script in every language', () => {
    expect(JSON.parse(told('es', true))).toEqual({ event: 'sent', threadId, seq: 3 });
    expect(told('en', true)).toBe(told('es', true));
  });
});
