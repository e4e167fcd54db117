import { HttpTransport } from '@enlace/client';

import { writeNewFiles } from '../files/new-files.js';
import type { NewStoreKey } from '../home/home.js';
import { AUTHORITIES, peopleOf, PERSONAS, type DemoAuthority } from './people/cast.js';
import { isOfCase, makeCase } from './case/make-case.js';
import { makeContacts, type SignedIn } from './people/contacts.js';
import { giveBrowserDevice, loseDevice, WHO_LOST_A_DEVICE } from './people/devices.js';
import { enrolPeople, enrolRegistrars, goToWork, type Seating } from './people/enrol.js';
import { found, type FoundedAuthority } from './people/founding.js';
import type { DemoLayout } from './layout.js';
import { wayFrom } from './people/own-address.js';
import type { Progress } from './progress.js';
import { writeRecord } from './record.js';
import type { SeatPlan } from './people/seat.js';
import { keepRegistrars } from './people/registrar-keys.js';
import { keepRoots, type DemoRoots } from './people/roots.js';
import type { SealingPool } from './sealing/sealing-pool.js';
import { sheetOf } from './sheet.js';
import type { DemoWitnesses } from './witnesses.js';

/** What a demo is made with. */
export interface Stage {
  readonly origin: string;
  readonly trustStore: string;
  readonly roots: DemoRoots;
  /** The browser client of this build, on its way. */
  readonly released: Promise<void>;
  readonly layout: DemoLayout;
  readonly pool: SealingPool;
  readonly witnesses: DemoWitnesses;
  readonly tell: Progress;
}

/** An authority with its people, of whom some have not left their seats yet. */
interface Peopled extends FoundedAuthority {
  readonly stayed: readonly SignedIn[];
}

/** Everybody who gets a home, in the order in which they are needed; the number of each is that of a machine. */
const PLAYERS = [...AUTHORITIES.flatMap(({ registrars }) => registrars), ...PERSONAS];

/**
 * Creates the demo on a server that answers at its origin, over the network as anybody would: authorities, their
 * registrars, offices and people. Killed anywhere before the record is written: the next start begins anew.
 */
export async function createDemo(stage: Stage): Promise<void> {
  const { layout, pool, roots, origin, tell } = stage;
  const seating = seatingOf(stage);
  const founded = await Promise.all(
    AUTHORITIES.map(async (each, at) => foundAndPeople(stage, { authority: each, at, seating })),
  );
  await Promise.all([
    keepRoots(roots, layout, pool),
    stage.released,
    ...founded.map(async (each) => keepRegistrars(stage, each)),
    makeCaseAndLeave(
      stage,
      founded.flatMap(({ stayed }) => stayed),
    ),
  ]);
  tell('sealed');
  const { folder } = layout;
  const text = `${sheetOf(folder, 'es')}\n\n\n${sheetOf(folder, 'en')}\n`;
  writeNewFiles([{ path: layout.sheet, text, isSecret: false }]);
  writeRecord(layout, origin);
}

/** Keys of stores are sealed from the beginning on, while the ceremonies that need them go their way. */
function seatingOf({ layout, origin, trustStore, pool }: Stage): Seating {
  const keys = new Map<string, Promise<NewStoreKey>>();
  for (const { slug } of PLAYERS) {
    const key = pool.storeKey();
    // Whoever waits for it hears of a failure; nobody may be left to wait.
    key.catch(() => undefined);
    keys.set(slug, key);
  }
  return ({ slug }) => {
    const storeKey = keys.get(slug);
    if (storeKey === undefined) throw new RangeError('nobody of that name');
    const machine = AUTHORITIES.length + PLAYERS.findIndex((each) => each.slug === slug);
    const vaultKit: SeatPlan['vaultKit'] = async (personId) => pool.vaultKit(personId);
    const [folder, recoveryCode] = [layout.home(slug), layout.recoveryCode(slug)];
    return { folder, recoveryCode, origin, trustStore, machine, storeKey, vaultKit };
  };
}

async function foundAndPeople(
  { roots, origin, witnesses, layout, tell }: Stage,
  {
    authority,
    at,
    seating,
  }: { readonly authority: DemoAuthority; readonly at: number; readonly seating: Seating },
): Promise<Peopled> {
  const root = roots.get(authority.state);
  if (root === undefined) throw new RangeError('an authority has a root');
  const transport = new HttpTransport(origin, wayFrom(at));
  const witness = witnesses.vkeyOf(authority.state);
  const founded = await found(authority, { root, witness }, transport);
  tell('founded', authority.names);
  const [one, two] = await enrolRegistrars(founded, transport, seating);
  const atWork = [
    await goToWork(one, founded.registrars[0]),
    await goToWork(two, founded.registrars[1]),
  ] as const;
  const enrolled = await enrolPeople(atWork, peopleOf(authority), {
    offices: founded.offices,
    seating,
  });
  const people = await Promise.all(
    enrolled.map(async (each) => ({ ...each, session: await each.seat.signIn() })),
  );
  await makeContacts(people);
  await Promise.all(people.map(async (person) => giveDevices(person, authority, layout)));
  const stayed = people.filter(isOfCase);
  const gone = people.filter((each) => !isOfCase(each));
  await Promise.all(gone.map(async ({ seat, session }) => seat.leave(session)));
  await one.leave(atWork[0].session);
  await two.leave(atWork[1].session);
  tell('peopled', authority.names);
  return { ...founded, stayed };
}

async function makeCaseAndLeave(
  { layout, tell }: Stage,
  people: readonly SignedIn[],
): Promise<void> {
  await makeCase(people, (slug) => layout.home(slug));
  await Promise.all(people.map(async ({ seat, session }) => seat.leave(session)));
  tell('case');
}

async function giveDevices(
  person: SignedIn,
  { state }: DemoAuthority,
  layout: DemoLayout,
): Promise<void> {
  const { slug } = person.player;
  await giveBrowserDevice(person, state, layout.webBundle(slug));
  if (slug === WHO_LOST_A_DEVICE) await loseDevice(person, state);
}
