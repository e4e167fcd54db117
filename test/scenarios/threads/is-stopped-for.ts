import { expect } from '@jest/globals';

import type { DemoStage } from '../demo/demo-stage.js';

/** The host tells another history of a thread; whoever has read it and watches, reads or writes is told so. */
export async function isStoppedFor(
  slug: string,
  stage: DemoStage,
  threadId: string,
): Promise<void> {
  await stage.data.query(
    `SET session_replication_role = replica;
     UPDATE app.threads SET chain = sha256(chain) WHERE thread_id = '${threadId}'`,
  );
  const watched = await stage.as(slug, 'thread', 'watch', threadId);
  expect(watched.code).toBe(2);
  const told: readonly unknown[] = watched.output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toContainEqual(
    expect.objectContaining({ event: 'alert', code: 'FORK', response: 'suspend' }),
  );
  const shown = await stage.inWords(slug, 'thread', 'read', threadId, '--lang', 'es');
  expect(shown).toMatchObject({ code: 2 });
  expect(shown.output).toContain('ALERTA FORK');
  expect(shown.output).toContain('El hilo está detenido');
  const sent = await stage.as(slug, 'thread', 'send', threadId, '--text', 'aquí no');
  expect(sent.code).toBe(2);
  expect(JSON.parse(sent.output)).toMatchObject({ code: 'thread.stopped' });
}
