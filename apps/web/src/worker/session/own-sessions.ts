import { AnswerMalformed } from '@enlace/client';
import type { JsonValue } from '@enlace/kernel';

import { z } from '../../protocol/messages.js';
import type { OwnSession } from '../../protocol/operations.js';

const summary = z.object({
  sessionId: z.uuid(),
  deviceId: z.uuid(),
  acr: z.string(),
  openedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  current: z.boolean(),
});

// Attacker-controlled: a server may list any sessions. Nothing hangs on them but what the page shows.
export function readSessions(body: JsonValue): OwnSession[] {
  const read = z.array(summary).safeParse(body);
  if (!read.success) throw new AnswerMalformed('sessions');
  return read.data;
}
