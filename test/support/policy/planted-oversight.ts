import { testId, type FreshDatabase } from '@enlace/testing';

import { plantedIdOf, type Home } from './row-operation.js';

/** What auditors and registrars of a State have asked for without a second person yet, and what they are told. */
export async function plantOversight(fresh: FreshDatabase, state: Home): Promise<void> {
  const id = (name: string) => plantedIdOf(state, name);
  const asker = testId('asker', 4);
  await fresh.asAdmin(
    `INSERT INTO audit.witness_tokens (witness, state, token_hash, mirror_key, issued_at)
     VALUES ('witness of ' || $1::text, $1::text, sha256(convert_to($1::text, 'utf8')), $2, now())`,
    [state, `\\x${'00'.repeat(32)}`],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.exports (export_id, state, asked_by, roles, asked_at, expires_at, format, event_ids)
     VALUES ($1, $2, $1, '{auditor}', now(), now() + interval '1 hour', 'jsonl', '{}')`,
    [id('export'), state],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.scopes (scope_id, case_id, state, holder_id, holder_state, asked_by, asked_at, expires_at)
     VALUES ($1, $1, $2, $1, 'GT', $3, now(), now() + interval '1 hour')`,
    [id('scope'), state, asker],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.erasures (erasure_id, state, rule, sections, log_id, ranges, asked_by, roles, asked_at)
     SELECT $1, $2, 'r', '{3}', log_id, '{[1,2]}', $3, '{auditor,registrar}', now()
       FROM audit.logs WHERE stream = 'audit' LIMIT 1`,
    [id('erasure'), state, asker],
  );
  await fresh.asAdmin(
    `INSERT INTO audit.disclosures (disclosure_id, state, to_state, rule, sections, log_id, ranges, asked_by, roles,
                                    asked_at)
     SELECT $1, $2, 'GT', 'r', '{3}', log_id, '{[1,2]}', $3, '{auditor,registrar}', now()
       FROM audit.logs WHERE stream = 'audit' LIMIT 1`,
    [id('disclosure'), state, asker],
  );
  for (const name of ['alert', 'technical alert']) {
    await fresh.asAdmin(
      `INSERT INTO audit.alerts (alert_id, state, rule, subject, numbers, event_ids, is_technical, raised_at, step)
       VALUES ($1, $2, 'refusals-burst', $3, '{5,5}', '{}', $4, now(), 'raised')`,
      [id(name), state, name, name !== 'alert'],
    );
  }
}
