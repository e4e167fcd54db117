import {
  approveInvitation,
  certifyPerson,
  listInvitations,
  proposeInvitation,
  readOpenInvitation,
  type Invited,
} from '@enlace/client';
import { parseId } from '@enlace/kernel';

import { atWork, ClientPerson, FromElsewhere } from './client-people.js';
import type { FoundingState } from './founding-state.js';

/** Somebody whom both registrars of a State invite and certify, through the server that people know. */
export async function certifiedBy(
  registrars: readonly [ClientPerson, ClientPerson],
  here: { readonly state: FoundingState; readonly url: string; readonly trustStore: string },
  roles: Invited['roles'],
): Promise<ClientPerson> {
  const one = await atWork(registrars[0], here.state);
  const two = await atWork(registrars[1], here.state);
  const invited = {
    officeId: here.state.officeId,
    roles: [...roles],
    auditScope: null,
    card: { displayName: 'Rosa Alpízar Mena', title: { es: 'Fiscal', en: 'Prosecutor' } },
  };
  const { invitation, paper } = await proposeInvitation(one, invited, here.trustStore);
  const find = async () => {
    const found = (await listInvitations(one.session)).find(
      (open) => readOpenInvitation(open).invitation.invitationId === invitation.invitationId,
    );
    if (found === undefined) throw new Error('no invitation');
    return found;
  };
  await approveInvitation(two, await find());
  const person = new ClientPerson(new FromElsewhere(here.url), parseId(invitation.personId));
  await person.claim(paper);
  await certifyPerson(one, await find(), person.digits);
  await certifyPerson(two, await find(), person.digits);
  await person.enrol(paper);
  return person;
}
