import {
  approveInvitation,
  carryInSession,
  carryWhileFounding,
  certifyPerson,
  claimDigits,
  claimInvitation,
  DeviceCounter,
  enrolClaimedDevice,
  HttpTransport,
  proposeInvitation,
  Session,
  signClaimedDevice,
  signIn,
  softwarePresence,
  softwareProofKey,
  type Answer,
  type ClaimKeys,
  type Invited,
  type Registrar,
} from '@enlace/client';
import { ROUTES, type LoggedStatement } from '@enlace/contracts';
import {
  newId,
  parseId,
  systemClock,
  systemRandom,
  type DeviceId,
  type PersonId,
} from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import {
  emptyDirectory,
  parseStatement,
  parseTrustStore,
  publicKeyOf,
  readInvitation,
  replay,
  signObject,
  type Directory,
} from '@enlace/trust';

import type { FoundingState } from './founding-state.js';

let asked = 0;

/** The transport that we ship, each request from an address of its own: limits are another test's matter. */
export class FromElsewhere extends HttpTransport {
  lastSent = '';

  override async send(...[request, headers]: Parameters<HttpTransport['send']>): Promise<Answer> {
    asked += 1;
    this.lastSent = Buffer.from(request.bodyBytes).toString();
    const address = `10.2.${(asked >> 8) & 255}.${asked & 255}`;
    return super.send(request, { ...headers, 'x-forwarded-for': address });
  }
}

/** Somebody with keys and a device of the own, through the client that we ship. */
export class ClientPerson {
  readonly store = new MemoryStore();
  readonly keys: ClaimKeys = {
    deviceId: newId<DeviceId>(systemClock, systemRandom),
    identitySeed: systemRandom.bytes(32),
    signSeed: systemRandom.bytes(32),
    kemSeed: systemRandom.bytes(32),
  };
  deviceCert = '';

  constructor(
    readonly transport: FromElsewhere,
    readonly personId: PersonId,
  ) {}

  get digits(): string {
    return claimDigits(this.keys);
  }

  /** Resolves to the claim as it went out: what a registrar who is being founded gets on a stick. */
  async claim(paper: string): Promise<string> {
    await claimInvitation(this.transport, readInvitation(paper), this.keys);
    const { wire }: { wire: string } = JSON.parse(this.transport.lastSent);
    return wire;
  }

  async enrol(paper: string): Promise<void> {
    const { state, invitationId } = readInvitation(paper);
    const claimed = { state, personId: this.personId };
    this.deviceCert = signClaimedDevice(claimed, this.keys, systemClock);
    await enrolClaimedDevice(this.transport, { invitationId }, this.deviceCert);
  }

  async signIn(): Promise<Session> {
    const key = softwareProofKey(systemRandom.bytes(32));
    const counter = await DeviceCounter.open(this.store);
    const device = {
      deviceId: this.keys.deviceId,
      deviceCert: parseStatement(this.deviceCert).id,
      seed: this.keys.signSeed,
      build: 'B'.repeat(43),
    };
    const { session } = await signIn(this.transport, device, { key, counter });
    return new Session(this.transport, {
      ...session,
      deviceId: this.keys.deviceId,
      key,
      counter,
      clock: systemClock,
      random: systemRandom,
      keepRotated: async () => {},
    });
  }
}

/** The directory as a session reads it; the tests of the replica are about whether to believe it. */
export async function readDirectory(session: Session, trustStoreText: string): Promise<Directory> {
  const query = { from: '0', limit: '500' };
  const request = { method: 'GET', path: ROUTES.directoryStatements, query } as const;
  // The answer as JSON.parse gives it, because the tests of the replica are about its form.
  const entries: LoggedStatement[] = JSON.parse(
    JSON.stringify(await session.request(request, 'none')),
  );
  return replay(emptyDirectory(parseTrustStore(trustStoreText), null), entries).directory;
}

/** Hands in what the State says of itself, and makes its two registrars persons with devices. */
export async function foundState(
  state: FoundingState,
  transport: FromElsewhere,
  statements: readonly string[] = state.founding,
): Promise<readonly [ClientPerson, ClientPerson]> {
  const carry = carryWhileFounding(transport);
  for (const wire of statements) {
    const path = ROUTES.foundingStatements;
    await carry({
      path,
      foundingPath: path,
      action: 'authority.submit',
      objectId: '',
      body: { wire },
    });
  }
  const people = [
    new ClientPerson(transport, parseId(state.registrars[0]?.id ?? '')),
    new ClientPerson(transport, parseId(state.registrars[1]?.id ?? '')),
  ] as const;
  const registrar = (number: 0 | 1): Registrar => ({
    state: 'CR',
    seed: state.registrars[number]?.seed ?? new Uint8Array(),
    carry,
    directory: null,
    clock: systemClock,
    random: systemRandom,
  });
  const [one, two] = [registrar(0), registrar(1)] as const;
  for (const person of people) {
    const { personId } = person;
    const invited = { ...aRegistrarIn(state), personId };
    const { paper, wire } = await proposeInvitation(one, invited, state.trustStoreText);
    const open = { step: 'claimed', wire, claimWire: null, certificateWire: null } as const;
    const approved = { ...open, wire: await approveInvitation(two, open) };
    const claimed = { ...approved, claimWire: await person.claim(paper) };
    const certificateWire = await certifyPerson(one, claimed, person.digits);
    await certifyPerson(two, { ...claimed, certificateWire }, person.digits);
    await person.enrol(paper);
  }
  return people;
}

/** A registrar at work: signed in, with the own directory. */
export async function atWork(
  person: ClientPerson,
  state: FoundingState,
): Promise<Registrar & { readonly directory: Directory; readonly session: Session }> {
  const session = await person.signIn();
  const seed = state.registrars.find(({ id }) => id === person.personId)?.seed;
  return {
    state: 'CR',
    seed: seed ?? new Uint8Array(),
    session,
    carry: carryInSession(session, softwarePresence(person.keys.signSeed)),
    directory: await readDirectory(session, state.trustStoreText),
    clock: systemClock,
    random: systemRandom,
  };
}

function aRegistrarIn({ officeId }: FoundingState): Invited {
  const card = { displayName: 'Ana Castro Lobo', title: { en: 'Registrar', es: 'Registradora' } };
  return { officeId, roles: ['registrar'], auditScope: null, card };
}

/** What a server could show in place of a claim: another person's keys for the same code. */
export function claimOfAnother(claimWire: string): string {
  const { body }: { body: string } = JSON.parse(claimWire);
  const claim: Record<string, string> = JSON.parse(Buffer.from(body, 'base64url').toString());
  const seeds = [systemRandom.bytes(32), systemRandom.bytes(32)];
  const [identityKey = '', signKey = ''] = seeds.map((seed) =>
    Buffer.from(publicKeyOf(seed)).toString('base64url'),
  );
  return signObject('enlace/claim/v1', { ...claim, identityKey, signKey }, seeds);
}
