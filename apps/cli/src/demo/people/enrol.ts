import {
  approveInvitation,
  carryInSession,
  carryWhileFounding,
  certifyPerson,
  listInvitations,
  proposeInvitation,
  readOpenInvitation,
  softwarePresence,
  type HttpTransport,
  type Invited,
  type OpenInvitation,
  type Registrar,
  type Session,
} from '@enlace/client';
import { parseId, systemClock, systemRandom, type PersonId } from '@enlace/kernel';

import { invitationOf } from '../../home/device-profile.js';
import type { Persona, Player } from './cast.js';
import { whileFounding, type DemoRegistrar, type FoundedAuthority } from './founding.js';
import { directoryShowing } from './own-directory.js';
import { Seat, type SeatPlan } from './seat.js';

/** Gives somebody a place to sit. */
export type Seating = (player: Player) => SeatPlan;

/**
 * The two registrars become persons themselves, by each other's signatures: nobody of their State can sign in before
 * them. What they need of each other travels on paper and on a stick.
 */
export async function enrolRegistrars(
  { authority: { state }, registrars, offices }: FoundedAuthority,
  transport: HttpTransport,
  seating: Seating,
): Promise<readonly [Seat, Seat]> {
  const carry = carryWhileFounding(transport);
  const [one, two] = [
    whileFounding({ state, seed: registrars[0].seed, carry }),
    whileFounding({ state, seed: registrars[1].seed, carry }),
  ];
  const enrol = async (player: DemoRegistrar): Promise<Seat> => {
    const plan = seating(player);
    const invited: Invited = {
      personId: player.registrarId,
      officeId: offices.get('registry') ?? '',
      roles: ['registrar'],
      auditScope: null,
      card: cardOf(player),
    };
    const { paper, wire: proposed } = await proposeInvitation(one, invited, plan.trustStore);
    const nothingYet = { claimWire: null, certificateWire: null };
    const open = { step: 'proposed', wire: proposed, ...nothingYet } as const;
    const wire = await approveInvitation(two, open);
    const seat = await Seat.take(plan, paper);
    await seat.advance();
    const { claimWire, digits } = seat;
    const claimed = { step: 'claimed', wire, claimWire, certificateWire: null } as const;
    const certificateWire = await certifyPerson(one, claimed, digits);
    await certifyPerson(two, { ...claimed, certificateWire }, digits);
    await seat.advance();
    return seat;
  };
  return [await enrol(registrars[0]), await enrol(registrars[1])];
}

/** Somebody whom two registrars have certified, at the own seat. */
export interface Enrolled {
  readonly player: Player;
  readonly seat: Seat;
  readonly personId: PersonId;
  readonly officeId: string;
}

/** A registrar who is signed in, with the own directory. */
type AtWork = Registrar & { readonly session: Session };

/** A registrar sits down to work: signs in and reads the directory with his own eyes. */
export async function goToWork(seat: Seat, { seed }: DemoRegistrar): Promise<AtWork> {
  const session = await seat.signIn();
  const { keys } = seat.profile;
  const { state } = invitationOf(seat.profile);
  const directory = await directoryShowing(seat.enrolled, session);
  return {
    state,
    seed,
    session,
    directory,
    carry: carryInSession(session, softwarePresence(keys.signSeed)),
    clock: systemClock,
    random: systemRandom,
  };
}

/**
 * Two registrars at work make people of their State persons of the platform: invite, approve, hand over the paper,
 * compare the digits, certify, each with an act of his own. Resolves in the order of the people.
 */
export async function enrolPeople(
  [one, two]: readonly [AtWork, AtWork],
  people: readonly Persona[],
  at: { readonly offices: FoundedAuthority['offices']; readonly seating: Seating },
): Promise<readonly Enrolled[]> {
  const papers = await inTurn(people, async (persona) => {
    const plan = at.seating(persona);
    const { roles, auditScope } = persona;
    const officeId = at.offices.get(persona.office) ?? '';
    const invited: Invited = { officeId, roles, auditScope, card: cardOf(persona) };
    return { player: persona, plan, ...(await proposeInvitation(one, invited, plan.trustStore)) };
  });
  const ids = papers.map(({ invitation }) => invitation.invitationId);
  const proposed = await openInvitations(two, ids);
  await inTurn(proposed, async (open) => approveInvitation(two, open));
  const seats = await Promise.all(
    papers.map(async ({ plan, paper }) => {
      const seat = await Seat.take(plan, paper);
      await seat.advance();
      return seat;
    }),
  );
  for (const registrar of [one, two]) {
    const claimed = await openInvitations(registrar, ids);
    await inTurn(claimed, async (open, index) =>
      certifyPerson(registrar, open, seats[index]?.digits ?? ''),
    );
  }
  await Promise.all(seats.map(async (seat) => seat.advance()));
  return papers.flatMap(({ player, invitation }, index) => {
    const seat = seats[index];
    const { personId, officeId } = invitation;
    return seat === undefined ? [] : [{ player, seat, officeId, personId: parseId(personId) }];
  });
}

/** The invitations under way with these ids, as the server shows them to a registrar, in this order. */
async function openInvitations(
  { session }: AtWork,
  ids: readonly string[],
): Promise<readonly OpenInvitation[]> {
  const listed = await listInvitations(session);
  const byId = new Map(
    listed.map((open) => [readOpenInvitation(open).invitation.invitationId, open] as const),
  );
  return ids.map((id) => {
    const open = byId.get(id);
    if (open === undefined) throw new RangeError('an invitation is not shown');
    return open;
  });
}

function cardOf({ name, title }: Player): Invited['card'] {
  return { displayName: name, title: { ...title } };
}

/** One after the other: each act of a session shows anew who is there. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  act: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) results.push(await act(item, index));
  return results;
}
