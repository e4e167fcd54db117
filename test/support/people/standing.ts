import type { FreshDatabase, Region } from '@enlace/testing';

import { FallenSessions } from '../../../apps/api/src/authorities/fallen-sessions.js';
import { Registrars } from '../../../apps/api/src/authorities/registrars.service.js';
import { DeviceCertificates } from '../../../apps/api/src/devices/device-certificates.service.js';
import { Devices } from '../../../apps/api/src/devices/devices.service.js';
import { DevicesRepository } from '../../../apps/api/src/devices/devices.repository.js';
import { ContactsRepository } from '../../../apps/api/src/directory/contacts.repository.js';
import { Contacts } from '../../../apps/api/src/directory/contacts.service.js';
import { People } from '../../../apps/api/src/people/people.service.js';
import { Renewal } from '../../../apps/api/src/people/renewal.service.js';
import { StandingRepository } from '../../../apps/api/src/people/standing.repository.js';
import { Standing } from '../../../apps/api/src/people/standing.service.js';
import { aCeremonyNode } from './ceremony.js';

/** A node whose log holds the whole region, and the services for what becomes of people afterwards. */
export async function aStandingNode(fresh: FreshDatabase, region: Region) {
  const node = await aCeremonyNode(fresh, region);
  await node.database.beforeSignIn(async (tx) => {
    for (const wire of region.wires) await node.log.append({ tx }, wire);
  });
  const { acts, audit, clock, endings, log, permissions, statements } = node;
  const common = [statements, permissions, log] as const;
  const standings = new StandingRepository();
  const people = new People(acts, permissions, standings, audit, endings, clock);
  const fallen = new FallenSessions(log, people, endings, clock);
  return {
    ...node,
    standing: new Standing(...common, audit, endings),
    people,
    renewal: new Renewal(...common, standings, audit, endings),
    registrars: new Registrars(...common, fallen, audit),
    devices: new Devices(...common, new DevicesRepository(), audit, endings),
    deviceCertificates: new DeviceCertificates(
      ...common,
      node.passkeys,
      audit,
      new DevicesRepository(),
    ),
    contacts: new Contacts(...common, new ContactsRepository(), audit, clock),
  };
}
