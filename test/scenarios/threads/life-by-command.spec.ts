import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';
import { openThreadOfTwo } from '../demo/thread-of-two.js';
import { PATIENCE_MS } from '../first-run/enlace-command.js';

const TEXT = 'lo que nadie ha de leer después';

describe('what becomes of a thread, from the command line', () => {
  let standing: StandingDemo;
  let threadId: string;

  const as = async (slug: string, ...args: readonly string[]) => standing.stage.as(slug, ...args);
  const done = async (slug: string, ...args: readonly string[]) => {
    const { code, output, errors } = await as(slug, ...args);
    expect([args.slice(0, 2), code, code === 0 ? '' : `${output}${errors}`]).toEqual([
      args.slice(0, 2),
      0,
      '',
    ]);
    return JSON.parse(output.trim().split('\n').at(-1) ?? '{}');
  };
  /** Two stewards of two States: one approves, the other acts. */
  const byTwo = async (act: string, ...more: readonly string[]) => {
    const words = ['--basis', 'court-order', ...more];
    const out = join(standing.folder, `${act}.approval`);
    await done(
      'pa-omar',
      'thread',
      'approve',
      threadId,
      '--act',
      act,
      ...words,
      '--out',
      out,
      '--yes',
    );
    return as('cr-rosa', 'thread', act, threadId, ...words, '--approval', out, '--yes');
  };
  /** What the server refused. */
  const codeOf = ({ output }: { readonly output: string }) => JSON.parse(output).facts.problem;

  beforeAll(async () => {
    standing = await startStandingDemo();
    threadId = await openThreadOfTwo(done, TEXT);
    await done('cr-rosa', 'thread', 'read', threadId);
  }, FIRST_START_MS);
  afterAll(async () => standing.close());

  it(
    'is read in words before anybody approves or acts, and takes a second person',
    async () => {
      const out = join(standing.folder, 'unread.approval');
      const act = ['--act', 'shred', '--basis', 'court-order', '--out', out];
      const unread = await standing.stage.inWords(
        'pa-omar',
        'thread',
        'approve',
        threadId,
        ...act,
        '--lang',
        'es',
      );
      expect(unread.code).toBe(4);
      expect(unread.errors).toContain(`destruir el contenido del hilo ${threadId}`);
      expect(existsSync(out)).toBe(false);
      const alone = await as(
        'cr-rosa',
        'thread',
        'hold',
        threadId,
        '--basis',
        'court-order',
        '--yes',
      );
      expect([alone.code, codeOf(alone)]).toEqual([4, 'approval.required']);
      const never = [
        'thread',
        'retain',
        threadId,
        '--basis',
        'x',
        '--until',
        '2030-02-30',
        '--yes',
      ];
      expect((await as('cr-rosa', ...never)).code).toBe(4);
    },
    4 * PATIENCE_MS,
  );

  it(
    'is kept longer and held, and nothing of it is destroyed until the hold is lifted',
    async () => {
      const { code } = await byTwo('retain', '--until', '2032-12-31');
      expect(code).toBe(0);
      expect((await byTwo('hold')).code).toBe(0);
      const held = await byTwo('shred');
      expect([held.code, codeOf(held)]).toEqual([4, 'thread.held']);
      expect((await as('pa-omar', 'thread', 'read', threadId)).output).toContain(TEXT);
      expect((await byTwo('release')).code).toBe(0);
    },
    10 * PATIENCE_MS,
  );

  it(
    'is closed, and destroyed for both',
    async () => {
      const close = ['thread', 'close', threadId, '--basis', 'case-closed', '--yes'];
      expect(await done('cr-rosa', ...close)).toMatchObject({ event: 'thread-closed', threadId });
      expect((await as('pa-omar', 'thread', 'send', threadId, '--text', 'tarde')).code).not.toBe(0);
      const out = join(standing.folder, 'last.approval');
      const words = ['--basis', 'order-of-destruction'];
      const approve = [
        'thread',
        'approve',
        threadId,
        '--act',
        'shred',
        ...words,
        '--out',
        out,
        '--yes',
      ];
      await done('pa-omar', ...approve);
      const shred = ['thread', 'shred', threadId, ...words, '--approval', out, '--yes'];
      expect(await done('cr-rosa', ...shred)).toMatchObject({ event: 'thread-shredded' });
      for (const slug of ['cr-rosa', 'pa-omar']) {
        const { output } = await as(slug, 'thread', 'read', threadId);
        expect(output).not.toContain(TEXT);
        expect(output).toContain('redacted');
      }
    },
    8 * PATIENCE_MS,
  );
});
