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
  const { state, personId, officeId, roles, registrars } = person;
  const certificate = certificateOf(directory, personId);
  const authority = directory.authorities.get(state);
  const rootKey = authority?.generations[authority.active]?.key ?? '';
  return {
    kind: 'sound',
    ...namedBy(cards.get(certificate?.card ?? '')),
    state: authority?.root.body.names ?? { es: state, en: state },
    office: officeAt(directory, state, officeId)?.names ?? null,
    roles: [...roles],
    until: certificate?.notAfter ?? '',
    deviceUntil: formatInstant(notAfterMs),
    registrars: registrars.map((id) => {
      const key = currentOf(directory, { type: 'registrar-cert', state, subject: id });
      const card = certificateOf(directory, id)?.card ?? '';
      return {
        name: namedBy(cards.get(card)).name,
        fingerprint: fingerprintOf(key?.statement.body.key ?? ''),
      };
    }),
    root: fingerprintOf(rootKey),
  };
}

function fingerprintOf(key: string): string {
  return key === '' ? '-' : keyFingerprint(parseBase64Url(key));
}
