import { setTimeout as pause } from 'node:timers/promises';

import {
  activatePerson,
  approveInvitation,
  approveReentry,
  carryInSession,
  certifyPerson,
  claimInvitation,
  DeviceCounter,
  DirectoryReplica,
  directoryOf,
  enrolClaimedDevice,
  HttpTransport,
  listInvitations,
  pollClaim,
  proposeInvitation,
  proposeReentry,
  readOpenInvitation,
  Session,
  signClaim,
  signClaimedDevice,
  signIn,
  softwarePresence,
  softwareProofKey,
  type ClaimKeys,
  type InformedRegistrar,
} from '@enlace/client';
import { newId, systemClock, systemRandom, toBase64Url, type DeviceId } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { parseStatement, readInvitation, verifyPerson } from '@enlace/trust';

import { FoundingCeremony, type RegistryServer } from './registry-stage.js';

/** A registrar who works with a program, at the side of a test that looks at somebody else's browser. */
interface AtWork {
  readonly session: Session;
  readonly registrar: InformedRegistrar;
}

/** Both registrars of the State, enrolled and signed in, and what they do for a person. */
export class RegistrarPrograms {
  /** Of the person whom they have invited last. */
  personId = '';
  #invitationId = '';

  private constructor(
    private readonly trustStore: string,
    private readonly officeId: string,
    private readonly both: readonly [AtWork, AtWork],
  ) {}

  static async atWork(server: RegistryServer): Promise<RegistrarPrograms> {
    const both = [await enrol(server, 0), await enrol(server, 1)] as const;
    return new RegistrarPrograms(server.trustStore, server.state.officeId, both);
  }

  /** The paper of an invitation that both have signed. */
  async invite(name: string): Promise<string> {
    const [one, two] = this.both;
    const card = { displayName: name, title: { es: 'Fiscal auxiliar', en: 'Assistant' } };
    const { officeId } = this;
    const asked = { officeId, roles: ['prosecutor'], auditScope: null, card } as const;
    const proposed = await proposeInvitation(one.registrar, asked, this.trustStore);
    const { invitationId, personId } = proposed.invitation;
    this.personId = personId;
    this.#invitationId = invitationId;
    const { wire } = proposed;
    const open = { step: 'proposed', wire, claimWire: null, certificateWire: null } as const;
    await approveInvitation(two.registrar, open);
    return proposed.paper;
  }

  /** Both certify what was claimed, by the digits of the claim. */
  async certify(): Promise<void> {
    for (const { registrar, session } of this.both) {
      const open = (await listInvitations(session)).find(
        (each) => readOpenInvitation(each).invitation.invitationId === this.#invitationId,
      );
      if (open === undefined) throw new Error('no such invitation');
      await certifyPerson(registrar, open, readOpenInvitation(open).digits ?? '');
    }
  }

  /** The paper of a re-entry code that both have signed for the person. */
  async letBackIn(): Promise<string> {
    const [one, two] = await Promise.all(this.both.map(informed));
    if (one === undefined || two === undefined) throw new Error('two registrars');
    const { wire, paper } = await proposeReentry(one, this.personId, this.trustStore);
    await approveReentry(two, wire);
    return paper;
  }
}

const replicas = new WeakMap<Session, DirectoryReplica>();

/** The registrar with the directory as it stands. */
async function informed({ session, registrar }: AtWork): Promise<InformedRegistrar> {
  const replica = replicas.get(session);
  if (replica === undefined) throw new Error('no replica');
  await replica.sync(directoryOf(session));
  return { ...registrar, directory: replica.directory };
}

/** Until witnesses and log have caught up. */
async function untilDone(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await look()); tries += 1) {
    if (tries === 60) throw new Error('it did not happen');
    await pause(500);
  }
}

async function enrol(server: RegistryServer, which: 0 | 1): Promise<AtWork> {
  const address = { 'x-forwarded-for': `10.5.0.${which + 1}` };
  const transport = new HttpTransport(server.url, async (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...address },
    }),
  );
  const ceremony = new FoundingCeremony(server, which, `Registradora ${which + 1}`);
  const paper = readInvitation(await ceremony.invite());
  const seed = () => systemRandom.bytes(32);
  const deviceId = newId<DeviceId>(systemClock, systemRandom);
  const keys: ClaimKeys = {
    deviceId,
    identitySeed: seed(),
    signSeed: seed(),
    kemSeed: seed(),
  };
  await claimInvitation(transport, paper, keys);
  ceremony.claimed(signClaim(paper, keys));
  await ceremony.certify();
  const ports = { keys, clock: systemClock, random: systemRandom };
  const { personId } = await pollClaim(transport, paper, ports);
  const wire = signClaimedDevice({ state: 'CR', personId }, keys, systemClock);
  await enrolClaimedDevice(transport, paper, wire);
  const session = await signedIn(transport, keys, wire);
  const trust = { trustStoreText: server.trustStore, viewpoint: 'CR' } as const;
  const replica = await DirectoryReplica.open(new MemoryStore(), trust);
  const source = directoryOf(session);
  await untilDone(async () => {
    await replica.sync(source);
    try {
      verifyPerson(replica.directory, personId, { nowMs: systemClock.nowMs() });
      return true;
    } catch {
      return false;
    }
  });
  replicas.set(session, replica);
  await activatePerson(session);
  const registrar: InformedRegistrar = {
    state: 'CR',
    seed: server.state.registrars[which]?.seed ?? new Uint8Array(),
    carry: carryInSession(session, softwarePresence(keys.signSeed)),
    directory: replica.directory,
    clock: systemClock,
    random: systemRandom,
  };
  return { session, registrar };
}

/** A session of the device, as soon as the server knows its certificate. */
async function signedIn(
  transport: HttpTransport,
  { deviceId, signSeed }: ClaimKeys,
  wire: string,
): Promise<Session> {
  const key = softwareProofKey(systemRandom.bytes(32));
  const counter = await DeviceCounter.open(new MemoryStore());
  const deviceCert = parseStatement(wire).id;
  const build = toBase64Url(systemRandom.bytes(32));
  const device = { deviceId, deviceCert, seed: signSeed, build };
  let session: Session | undefined;
  await untilDone(async () => {
    const opened = await signIn(transport, device, { key, counter }).catch(() => null);
    if (opened === null) return false;
    const held = { ...opened.session, deviceId, key, counter, keepRotated: async () => {} };
    session = new Session(transport, { ...held, clock: systemClock, random: systemRandom });
    return true;
  });
  if (session === undefined) throw new Error('nobody was let in');
  return session;
}
