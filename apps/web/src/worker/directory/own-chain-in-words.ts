import { formatInstant, parseBase64Url } from '@enlace/kernel';
import {
  currentOf,
  keyFingerprint,
  officeAt,
  type Directory,
  type VerifiedDevice,
} from '@enlace/trust';

import type { Look } from '../../protocol/operations.js';
import { certificateOf, namedBy, type Cards } from './names.js';

type Sound = Look & { readonly kind: 'sound' };

/** Who vouches for this device, link by link up to the root in the trust store. */
export function ownChainInWords(
  directory: Directory,
  { person, notAfterMs }: VerifiedDevice,
  cards: Cards,
): Omit<Sound, 'log'> {
  const { state, personId, officeId, roles } = person;
  const certificate = certificateOf(directory, personId);
  return {
    kind: 'sound',
    ...namedBy(cards.get(certificate?.card ?? '')),
    state: directory.authorities.get(state)?.root.body.names ?? { es: state, en: state },
    office: officeAt(directory, state, officeId)?.names ?? null,
    roles: [...roles],
    until: certificate?.notAfter ?? '',
    deviceUntil: formatInstant(notAfterMs),
    ...signersInWords(directory, person, cards),
  };
}

/** The keys that signed, and the root behind them: either of them may have another one by now. */
function signersInWords(
  directory: Directory,
  { state, personId }: VerifiedDevice['person'],
  cards: Cards,
): Pick<Sound, 'registrars' | 'root'> {
  const accepted = currentOf(directory, { type: 'person-cert', state, subject: personId });
  const signers = accepted?.signers.filter(({ kind }) => kind === 'registrar') ?? [];
  const generations = directory.authorities.get(state)?.generations ?? [];
  return {
    registrars: signers.map(({ id, key }) => {
      const card = certificateOf(directory, id)?.card ?? '';
      return { name: namedBy(cards.get(card)).name, fingerprint: fingerprintOf(key) };
    }),
    root: fingerprintOf(generations[signers[0]?.generation ?? 0]?.key ?? ''),
  };
}

function fingerprintOf(key: string): string {
  return key === '' ? '-' : keyFingerprint(parseBase64Url(key));
}
