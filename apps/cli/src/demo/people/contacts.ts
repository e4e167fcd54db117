import {
  approveContact,
  carryInSession,
  confirmContact,
  proposeContact,
  softwarePresence,
  type ContactCardBody,
  type Session,
  type Speaker,
} from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { parseStatement, subjectOf, type Directory } from '@enlace/trust';

import type { Text } from '../../command-line/language.js';
import { invitationOf } from '../../home/device-profile.js';
import { PERSONAS } from './cast.js';
import { directoryShowing } from './own-directory.js';
import type { Enrolled } from './enrol.js';

/** A contact of an office, who proposes it, and the official of the foreign ministry who approves it. */
interface PlannedContact {
  readonly by: string;
  readonly approver: string;
  readonly duties: readonly string[];
  readonly purpose: Text;
  /** One of them waits for its confirmation: it is chosen only with a warning. */
  readonly isConfirmed: boolean;
}

const FOCAL_POINT: Text = {
  es: 'Punto focal contra el tráfico ilícito de migrantes',
  en: 'Focal point against migrant smuggling',
};

const CONTACTS: readonly PlannedContact[] = [
  {
    by: 'cr-rosa',
    approver: 'cr-daniel',
    duties: ['focal-point-smuggling', 'urgent-24x7'],
    purpose: FOCAL_POINT,
    isConfirmed: true,
  },
  {
    by: 'cr-esteban',
    approver: 'cr-daniel',
    duties: ['borders'],
    purpose: { es: 'Enlace de frontera norte', en: 'Northern border liaison' },
    isConfirmed: true,
  },
  {
    by: 'pa-yara',
    approver: 'pa-hugo',
    duties: ['mla:UNTOC'],
    purpose: { es: 'Autoridad central, asistencia judicial', en: 'Central authority, MLA' },
    isConfirmed: true,
  },
  {
    by: 'pa-omar',
    approver: 'pa-hugo',
    duties: ['focal-point-smuggling', 'borders'],
    purpose: FOCAL_POINT,
    isConfirmed: false,
  },
];

/** Somebody at the own seat who has signed in. */
export interface SignedIn extends Enrolled {
  readonly session: Session;
}

/**
 * The contacts of two States: proposed by their offices, approved by the foreign ministry and, all but one, confirmed
 * for the quarter; of the people given, those of one State. One after the other: each reads what was said before.
 */
export async function makeContacts(people: readonly SignedIn[]): Promise<void> {
  const find = (slug: string) => people.find(({ player }) => player.slug === slug);
  for (const contact of CONTACTS) {
    const proposer = find(contact.by);
    const approver = find(contact.approver);
    if (proposer === undefined || approver === undefined) continue;
    const { officeId, personId } = proposer;
    const { duties } = contact;
    const card = cardOf(contact);
    const content = { officeId, personId, duties: [...duties], card };
    const wire = await proposeContact(proposer.session, await speakerOf(proposer), content);
    const carry = carryInSession(
      approver.session,
      softwarePresence(approver.seat.profile.keys.signSeed),
    );
    await approveContact(carry, await speakerOf(approver), { wire });
    if (!contact.isConfirmed) continue;
    const { id, body } = parseStatement(wire);
    const speaker = await speakerOf(proposer, ({ statements }) => statements.get(id) !== undefined);
    await confirmContact(proposer.session, speaker, subjectOf(body));
  }
}

async function speakerOf(
  { seat, session }: SignedIn,
  isShown?: (directory: Directory) => boolean,
): Promise<Speaker> {
  const { state } = invitationOf(seat.profile);
  const directory = await directoryShowing(seat.enrolled, session, isShown);
  const { identitySeed } = seat.profile.keys;
  return { state, directory, identitySeed, clock: systemClock, random: systemRandom };
}

/** Telephone numbers that nobody has, and addresses of a domain that nobody can register (RFC 2606). */
function cardOf({ by, purpose }: PlannedContact): ContactCardBody {
  const name = PERSONAS.find(({ slug }) => slug === by)?.name ?? null;
  return {
    displayName: name,
    function: { ...purpose },
    languages: ['es', 'en'],
    phone: '+000 555 0100',
    email: `${by}@enlace.example`,
    hours: '08:00-17:00',
    substitute: null,
  };
}
