import { describe, expect, it } from '@jest/globals';
import { PURPOSE_HEADER } from '@enlace/contracts';
import type { JsonValue } from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { softwarePresence } from '../../session/step-up.js';
import { AuditExports } from './audit-exports.js';

const ID = '0192f0aa-0000-7000-8000-000000000001';
const EXPORT = {
  exportId: ID,
  format: 'csv',
  rows: 7,
  step: 'ready',
  expiresAt: '2026-11-01T10:00:00.000Z',
} as const;
const WANTED = { format: 'csv', filter: { state: 'CR' } } as const;
const show = softwarePresence(new Uint8Array(32));

type Elevated = Parameters<Session['requestElevated']>;

/** An auditor whose server gives this answer once the purpose is declared. */
async function answered(answer: JsonValue) {
  const elevated: Elevated[] = [];
  const asked: Parameters<Session['request']>[0][] = [];
  const exports = await AuditExports.open(
    {
      request: async (one) => {
        asked.push(one);
        return one.path === '/declarations' ? { declarationId: 'why' } : answer;
      },
      requestElevated: async (...one) => {
        elevated.push(one);
        return answer;
      },
    },
    'supervision',
  );
  return { exports, elevated, asked };
}

describe('an export of the record', () => {
  it('is asked for under the declared purpose, by whoever shows that they are there', async () => {
    const { exports, elevated, asked } = await answered(EXPORT);
    expect(await exports.ask(WANTED, show)).toEqual(EXPORT);
    expect(asked.map(({ body }) => body)).toEqual([{ purpose: 'supervision' }]);
    expect(elevated).toEqual([
      [
        {
          method: 'POST',
          path: '/audit/exports',
          body: { state: 'CR', format: 'csv' },
          headings: { [PURPOSE_HEADER]: 'why' },
        },
        { action: 'audit.export', objectId: 'events' },
        show,
      ],
    ]);
  });

  it('is agreed to by a second auditor, for that export alone', async () => {
    const { exports, elevated } = await answered({ ...EXPORT, format: 'bundle' });
    expect(await exports.approve(ID, show)).toMatchObject({ step: 'ready' });
    expect(elevated.map(([{ path }, about]) => [path, about])).toEqual([
      [`/audit/exports/${ID}/approval`, { action: 'audit.export-large', objectId: ID }],
    ]);
  });

  it('is downloaded as the text that the server sends', async () => {
    const { exports } = await answered('a line\n');
    expect(await exports.content(ID)).toBe('a line\n');
  });

  it.each<[string, JsonValue]>([
    ['no object', 'export'],
    ['another format than was asked for', { ...EXPORT, format: 'jsonl' }],
    ['a format that is none', { ...EXPORT, format: 'pdf' }],
    ['an id that is none', { ...EXPORT, exportId: 'first' }],
    ['a number that is none', { ...EXPORT, rows: -1 }],
    ['a step that is none', { ...EXPORT, step: 'soon' }],
    ['no moment', { ...EXPORT, expiresAt: 'tomorrow' }],
  ])('is refused where the server says %s', async (_, answer) => {
    const { exports } = await answered(answer);
    await expect(exports.ask(WANTED, show)).rejects.toMatchObject({
      code: 'client.answer-malformed',
      facts: { part: 'export' },
    });
  });

  it('is refused without a text, and under a name that is no id', async () => {
    const { exports } = await answered({ lines: [] });
    await expect(exports.content(ID)).rejects.toMatchObject({ code: 'client.answer-malformed' });
    await expect(exports.content('../alerts')).rejects.toMatchObject({ code: 'body.malformed' });
  });
});
