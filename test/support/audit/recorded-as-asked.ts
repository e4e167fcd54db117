import { expectedRecord, isRefusalTarget } from '@enlace/contracts';
import type { FreshDatabase } from '@enlace/testing';

const SIGNED_SQL = `
SELECT convert_from(what.body, 'UTF8') AS what, convert_from(attest.body, 'UTF8') AS attest
  FROM audit.sections what JOIN audit.sections attest USING (event_id)
 WHERE what.section = 1 AND attest.section = 5 AND convert_from(attest.body, 'UTF8') LIKE '{"proof":%'`;

/** Refusals that name what was refused in fields of their own. */
const NO_TARGET = ['access.throttled', 'thread.commit-refused'];

const HASH = /[\w-]{43}$/;

/** How acts stand in the record beside the requests that asked for them. */
interface Compared {
  /** What no client would believe, and no court: another kind of act, or another object, than the request names. */
  readonly wrong: readonly string[];
  /** Routes whose object was compared, each `METHOD /as/asked/:name` once, in their order. */
  readonly named: readonly string[];
}

/** Compares every event of a server that holds a signed request with what that request must be on record as. */
export async function recordedAsAsked(database: FreshDatabase): Promise<Compared> {
  const wrong: string[] = [];
  const named = new Set<string>();
  for (const { what, attest } of await database.asAdmin(SIGNED_SQL)) {
    const { type, outcome, objectId, target } = JSON.parse(String(what));
    const { htm, htu } = claimsOf(JSON.parse(String(attest)).proof);
    const { pathname } = new URL(htu);
    const expected = outcome === 'success' ? expectedRecord(htm, pathname) : null;
    const isSaid =
      outcome === 'success'
        ? (expected?.types.includes(type) ?? false)
        : NO_TARGET.includes(type) || isRefusalTarget(target, htm, pathname);
    if (!isSaid) wrong.push(`${htm} ${pathname} is ${type}`);
    const name = expected?.objectId ?? null;
    if (name === null) continue;
    if (name !== objectId) wrong.push(`${htm} ${pathname} is about ${objectId}`);
    const template = pathname.replace(encodeURIComponent(name), ':name').replace(HASH, ':hash');
    named.add(`${htm} ${template}`);
  }
  return { wrong, named: [...named].toSorted() };
}

const claimsOf = (proof: string) =>
  JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
