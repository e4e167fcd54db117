import {
  listContactProposals,
  type ContactProposal,
  type Session,
  type Speaker,
} from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { printable } from '../../command-line/error-texts.js';
import { requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { invitationOf } from '../../home/device-profile.js';
import { withEnrolledHome, type AskingHome } from '../../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../../home/held-directory.js';
import { openKeptSession } from '../../home/signed-in.js';
import { readId } from '../../person/invite.js';

/** Somebody of an office or of the foreign ministry, with the newest directory. */
export interface ContactSpeaking {
  readonly home: AskingHome;
  readonly session: Session;
  readonly speaker: Speaker;
}

/** Throws `device.no-session`, `directory.refused`. */
export async function withSpeaker(
  invocation: Invocation,
  act: (speaking: ContactSpeaking) => Promise<number>,
): Promise<number> {
  await cryptoReady();
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const speaker = {
      state: invitationOf(home.profile).state,
      identitySeed: home.profile.keys.identitySeed,
      directory: replica.directory,
      clock: systemClock,
      random: systemRandom,
    };
    return act({ home, session, speaker });
  });
}

export function contactIdOf({ options }: Invocation): string {
  return readId(requireText(options, 'contact'), '--contact');
}

/** The open proposal that is meant. Throws `contact.unknown`. */
export async function findProposal(
  session: Session,
  contactId: string,
): Promise<ContactProposal & { readonly card: NonNullable<ContactProposal['card']> }> {
  const found = (await listContactProposals(session)).find(
    ({ contact, step }) => contact.contactId === contactId && step === 'proposed',
  );
  const card = found?.card ?? null;
  if (found === undefined || card === null)
    throw new CliError('contact.unknown', { contact: contactId });
  return { ...found, card };
}

/** What a proposal says: every member of the statement, and the words of its card. */
export function proposalInWords({ contact, card }: ContactProposal): string {
  return Object.entries({ ...contact, ...card })
    .map(([name, value]) => {
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return `  ${name}: ${printable(shown)}`;
    })
    .join('\n');
}
