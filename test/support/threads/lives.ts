import { encodeThreadStatement, type Entry, type ThreadStatement } from '@enlace/contracts';
import { parseBase64Url, parseId, systemRandom, toBase64Url, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/e2ee';
import { personaOf } from '@enlace/testing';
import { signApproval } from '@enlace/trust';

import { enrolCli } from '../people/region-directory.js';
import type { SessionServer } from '../sessions/session-server.js';
import { BareSql } from './bare-sql.js';
import type { ThreadHand } from './thread-hand.js';
import { startThreadServer } from './thread-story.js';

type Life = ThreadStatement<'lifecycle'>;

/** National auditors whose devices sign approvals. */
export const AUDITORS = ['cr-ines', 'pa-nelva'] as const;

/** A server that knows their devices, and the rows behind it. */
export async function startLivesServer(): Promise<{
  readonly api: SessionServer;
  readonly sql: BareSql;
}> {
  await cryptoReady();
  const api = await startThreadServer();
  for (const slug of AUDITORS) enrolCli(api.region, personaOf(slug));
  await api.logStatements();
  return { api, sql: await BareSql.open(api) };
}

/** An act on the life of a thread, as somebody approves of it. */
export interface SaidLife {
  readonly action: Life['action'];
  readonly basis?: string;
  readonly until?: string;
}

/** An approval by a device; `said` is what it says otherwise than the act. */
export function approve(
  hand: Pick<ThreadHand, 'threadId' | 'seed'>,
  { action, basis = 'order', until }: SaidLife,
  said: { readonly threadId?: ThreadId; readonly nonce?: string } = {},
): string {
  const act = {
    threadId: said.threadId ?? parseId<ThreadId>(hand.threadId),
    action,
    basis,
    until: until ?? null,
  };
  return signApproval(act, said.nonce ?? toBase64Url(systemRandom.bytes(16)), hand.seed);
}

/** The nonce of an approval, to make another one with it. */
export function nonceOf(wire: string): string {
  const { body }: { body: string } = JSON.parse(wire);
  return JSON.parse(new TextDecoder().decode(parseBase64Url(body))).nonce;
}

/** An entry `lifecycle` of this hand, its next. */
export function makeLife(
  hand: ThreadHand,
  { action, basis = 'order', until }: SaidLife,
  approvals: readonly string[] = [],
): Entry {
  const statement = encodeThreadStatement('lifecycle', {
    v: 1,
    action,
    basis,
    approvals: [...approvals],
    ...(until === undefined ? {} : { until }),
  });
  return hand.clear('lifecycle', { statement });
}

/** An entry `redaction` of this hand. */
export function makeRedaction(
  hand: ThreadHand,
  targets: readonly number[],
  reason: ThreadStatement<'redaction'>['reason'] = 'withdrawn',
): Entry {
  const statement = encodeThreadStatement('redaction', { v: 1, targets: [...targets], reason });
  return hand.clear('redaction', { statement });
}
