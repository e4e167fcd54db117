import type { HeldThread, ShownMember } from '@enlace/client';
import type { PersonId } from '@enlace/kernel';
import { currentOf, officeAt, type Directory } from '@enlace/trust';

import type { ResultOf } from '../../protocol/operations.js';
import { certificateOf } from '../directory/names.js';
import type { Find } from './talk.js';

type Shown = ResultOf<'thread.read'>['members'][number];

/** Everybody whose name stands beside a member: the member, and who signed the certificate. */
export function peopleBehind(
  directory: Directory,
  members: readonly ShownMember[],
): readonly string[] {
  return members.flatMap(({ personId }) => [personId, ...signersOf(directory, personId)]);
}

/** Who is in a thread, with who vouches for each by the own directory, and since when their devices are in it. */
export function membersInWords(
  { reading, members }: Pick<HeldThread, 'reading' | 'members'>,
  directory: Directory,
  find: Find,
): Shown[] {
  return members.map(({ personId, role, standing, devices, expiresAt }) => ({
    person: find(personId),
    role,
    standing,
    ...certifiedInWords(directory, personId, find),
    devices: devices.map((deviceId) => ({
      deviceId,
      seenAt: reading.entries.find(({ sender }) => sender?.device === deviceId)?.acceptedAt ?? null,
    })),
    expiresAt: expiresAt ?? null,
  }));
}

function certifiedInWords(
  directory: Directory,
  personId: PersonId,
  find: Find,
): Pick<Shown, 'office' | 'certified'> {
  const certificate = certificateOf(directory, personId);
  if (certificate === null) return { office: null, certified: null };
  const { state, officeId, notAfter } = certificate;
  const names = directory.authorities.get(state)?.root.body.names;
  return {
    office: officeAt(directory, state, officeId)?.names ?? null,
    certified: {
      by: signersOf(directory, personId).map((id) => find(id).name),
      state: names ?? { es: state, en: state },
      until: notAfter,
    },
  };
}

function signersOf(directory: Directory, personId: string): readonly string[] {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined) return [];
  const accepted = currentOf(directory, { type: 'person-cert', state, subject: personId });
  return (accepted?.signers ?? []).flatMap(({ kind, id }) => (kind === 'registrar' ? [id] : []));
}
