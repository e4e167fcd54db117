import {
  DeviceCounter,
  Session,
  signIn,
  softwarePresence,
  softwareProofKey,
  type ShowPresence,
} from '@enlace/client';
import { parseId, systemRandom, type DeviceId, type PersonId } from '@enlace/kernel';
import { forTestsOnlySeed, MemoryStore, personaOf, testId } from '@enlace/testing';

import { FromElsewhere } from '../people/client-people.js';
import { cliDeviceOf } from '../people/region-directory.js';
import type { SessionServer } from '../sessions/session-server.js';

/** A persona of the region at the client that we ship, signed in with the device for the command line. */
export class ClientMember {
  readonly store = new MemoryStore();

  private constructor(
    readonly session: Session,
    readonly own: {
      readonly personId: PersonId;
      readonly deviceId: DeviceId;
      readonly seed: Uint8Array;
    },
  ) {}

  /** `url`: the address that the server goes by, which may be a liar's before it. */
  static async of(api: SessionServer, slug: string, url = api.url): Promise<ClientMember> {
    const persona = personaOf(slug);
    const name = cliDeviceOf(persona);
    const deviceId = parseId<DeviceId>(testId(name, 7));
    const seed = forTestsOnlySeed(name);
    const transport = new FromElsewhere(url);
    const key = softwareProofKey(systemRandom.bytes(32));
    const counter = await DeviceCounter.open(new MemoryStore());
    const deviceCert = api.region.newestId('device-cert', persona.state, deviceId);
    const device = { deviceId, deviceCert, seed, build: 'B'.repeat(43) };
    const { session: opened } = await signIn(transport, device, { key, counter });
    const session = new Session(transport, {
      ...opened,
      deviceId,
      key,
      counter,
      clock: api.clock,
      random: systemRandom,
      keepRotated: async () => {},
    });
    return new ClientMember(session, { personId: parseId(testId(slug, 4)), deviceId, seed });
  }

  get presence(): ShowPresence {
    return softwarePresence(this.own.seed);
  }
}
