import type { AuditEventType, Subject } from '@enlace/contracts';
import { systemRandom } from '@enlace/kernel';
import { officeId, personaOf, plantSession, testId, type FreshDatabase } from '@enlace/testing';

import type { ActContext } from '../../../apps/api/src/platform/access/act.js';
import type { SessionHash } from '../../../apps/api/src/platform/database/database.js';
import { anAct } from './recorded-acts.js';

/** An act that nobody signed in for. */
export function strangerAct(...declared: readonly AuditEventType[]): ActContext {
  // Each from an address of its own: limits of one test do not touch the next.
  const [a, b] = systemRandom.bytes(2);
  const where = { ip: `198.${(a ?? 0) % 128}.${b ?? 0}.7`, userAgent: 'enlace/1' };
  return anAct({ declared, where });
}

/** Acts of one registrar (`CR`, 1), each with a step-up for exactly what it does. */
export async function aRegistrar(fresh: FreshDatabase, state: string, number: number) {
  const personId = testId(`registrar:${state}:${number}`, 4);
  return aCaller(fresh, { state, roles: ['registrar'], personId });
}

/** Acts of a persona. */
export async function aPerson(fresh: FreshDatabase, slug: string) {
  const { state, roles, office } = personaOf(slug);
  const own = { personId: testId(slug, 4), officeId: officeId(state, office) };
  return aCaller(fresh, { state, roles, ...own });
}

type Planted = NonNullable<Parameters<typeof plantSession>[1]>;

async function aCaller(fresh: FreshDatabase, planted: Planted & { readonly personId: string }) {
  const { sidHash }: { sidHash: SessionHash } = Object(await plantSession(fresh, planted));
  return {
    personId: planted.personId,
    act: (
      action: NonNullable<Subject['stepUp']>['action'],
      objectId: string,
      declared: AuditEventType | null,
    ): ActContext =>
      anAct({
        sidHash,
        declared: declared === null ? [] : [declared],
        stepUp: { action, objectId, bodyHash: 'hash of the body' },
      }),
  };
}
