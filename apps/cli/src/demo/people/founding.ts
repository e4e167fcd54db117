import {
  carryWhileFounding,
  completeOffice,
  draftOffice,
  submitStatement,
  type HttpTransport,
  type Registrar,
} from '@enlace/client';
import {
  formatInstant,
  newRandomId,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import {
  DEFAULT_POLICY,
  parseBody,
  parseStatement,
  publicKeyOf,
  signStatement,
  subjectOf,
  type Office,
  type Seed,
} from '@enlace/trust';

import { REGISTRAR_DAYS, withRegistrarTerm } from '../../authority/registrar-term.js';
import type { NewRoot } from '../../authority/state-root.js';
import type { DemoAuthority, Player } from './cast.js';
import { officesOf } from './offices.js';

const SEED_BYTES = 32;

/** A registrar whom the root has certified: the id and the key that vouch for others. */
export interface DemoRegistrar extends Player {
  readonly registrarId: PersonId;
  readonly seed: Seed;
}

/** An authority that has said everything about itself, and knows its people not yet. */
export interface FoundedAuthority {
  readonly authority: DemoAuthority;
  readonly registrars: readonly [DemoRegistrar, DemoRegistrar];
  readonly offices: ReadonlyMap<Office['kind'], string>;
}

/**
 * An authority speaks for the first time: its root presents itself, sets the policy of the demo, names the State's
 * witness and certifies two registrars; these describe its offices.
 */
export async function found(
  authority: DemoAuthority,
  { root, witness }: { readonly root: NewRoot; readonly witness: string | null },
  transport: HttpTransport,
): Promise<FoundedAuthority> {
  const { state } = authority;
  const [one, two] = authority.registrars;
  const registrars = [newRegistrar(one), newRegistrar(two)] as const;
  const carry = carryWhileFounding(transport);
  const say = async (draft: JsonObject) => {
    const body = parseBody({ v: 1, state, serial: 1, issuedAt: now(), ...draft });
    await submitStatement(carry, signStatement(body, [root.seed]));
  };
  await submitStatement(carry, root.wire);
  await say({ type: 'state-policy', ...DEMO_POLICY });
  if (witness !== null) await say({ type: 'witness-key', vkey: witness });
  for (const { registrarId, seed } of registrars) {
    const key = toBase64Url(publicKeyOf(seed));
    const request = { type: 'registrar-cert', registrarId, key };
    await say(withRegistrarTerm(request, now(), REGISTRAR_DAYS.most));
  }
  const speakers = registrars.map(({ seed }) => whileFounding({ state, seed, carry }));
  return { authority, registrars, offices: await describeOffices(authority, speakers) };
}

/** A registrar of a State that nobody can sign in for yet. */
export function whileFounding(speaker: Pick<Registrar, 'state' | 'seed' | 'carry'>): Registrar {
  return { ...speaker, directory: null, clock: systemClock, random: systemRandom };
}

async function describeOffices(
  authority: DemoAuthority,
  [one, two]: readonly Registrar[],
): Promise<FoundedAuthority['offices']> {
  if (one === undefined || two === undefined) throw new RangeError('two registrars');
  const offices = new Map<Office['kind'], string>();
  for (const office of officesOf(authority)) {
    const isRegional = office.kind === 'liaison';
    const parent = isRegional ? (offices.get('specialised') ?? null) : null;
    const wire = await completeOffice(two, draftOffice(one, { ...office, parent }));
    offices.set(office.kind, subjectOf(parseStatement(wire).body));
  }
  return offices;
}

/** The one thing in which the States of the demo differ from others: no passkey, and nobody waits a day. */
const DEMO_POLICY: JsonObject = {
  ...DEFAULT_POLICY,
  aaguids: [],
  alertThresholds: {},
  allowCliDevices: true,
  sensitiveRoleDelayHours: 0,
};

function newRegistrar(player: Player): DemoRegistrar {
  const registrarId = newRandomId<PersonId>(systemRandom);
  return { ...player, registrarId, seed: systemRandom.bytes(SEED_BYTES) };
}

function now(): string {
  return formatInstant(systemClock.nowMs());
}
