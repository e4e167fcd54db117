import {
  listInvitations,
  listPeople,
  readOpenInvitation,
  readPersonCards,
  type OpenInvitation,
} from '@enlace/client';
import { isDomainError, systemClock, type JsonObject } from '@enlace/kernel';
import { cryptoReady, verifyPerson, type Directory } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';

const LINES = {
  person: { es: '{personId}  {name}  {standing}', en: '{personId}  {name}  {standing}' },
  invitation: {
    es: 'invitación {invitationId}  {step}  {roles}',
    en: 'invitation {invitationId}  {step}  {roles}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace person list`: the people of the own State and its newest invitations. Whether somebody stands is judged by
 * the own directory; the server's list only says whose certificates to look at.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  const say = (kind: keyof typeof LINES, told: JsonObject & Readonly<Record<string, string>>) =>
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: kind, ...told }) : fillText(LINES[kind][language], told),
    );
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const people = await listPeople(session);
    const hashes = people.map(({ card }) => card);
    const cards = await readPersonCards(session, hashes);
    for (const { personId, card } of people) {
      const shown = cards.get(card)?.['displayName'];
      const name = typeof shown === 'string' ? shown : '-';
      say('person', { personId, name, standing: standingOf(replica.directory, personId) });
    }
    for (const open of await listInvitations(session)) say('invitation', invitationOf(open));
    return EXIT.done;
  });
}

function standingOf(directory: Directory, personId: string): string {
  try {
    verifyPerson(directory, personId, { nowMs: systemClock.nowMs() });
    return 'certified';
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return String(error.facts['rule']);
  }
}

function invitationOf(open: OpenInvitation) {
  const { invitation } = readOpenInvitation(open);
  const { invitationId, personId, roles } = invitation;
  return { invitationId, personId, step: open.step, roles: roles.join(',') };
}
