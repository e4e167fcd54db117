import { testId } from '@enlace/testing';

import { registrarSeat, SeatedDevice, type SeatedServer } from './seated-device.js';

/** A registrar of Costa Rica says to a node that a persona is suspended: every session of that person ends. */
export async function suspend(server: SeatedServer, slug: string): Promise<void> {
  const ana = await SeatedDevice.at(server, registrarSeat('CR'));
  const personId = testId(slug, 4);
  const target = server.region.newestId('person-cert', 'CR', personId);
  const mark = { targetKind: 'person', reason: 'suspended', sinceIndex: null } as const;
  const statement = server.region.draft({ type: 'revocation', state: 'CR', target, ...mark }, [
    'registrar:CR:1',
  ]);
  const path = `/people/${personId}/revocation`;
  const sending = { method: 'POST', path, body: { wire: statement.object.wire } } as const;
  const answer = await ana.sendElevated(sending, { action: 'person.suspend', objectId: personId });
  if (answer.status !== 201) throw new Error(answer.text);
  server.region.apply(statement);
}
