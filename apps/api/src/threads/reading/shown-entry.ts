import { readErasedForm, type ShownEntry } from '@enlace/contracts';
import { formatInstant, toBase64Url } from '@enlace/kernel';

import type { KeptEntry } from '../entries.repository.js';

/** An entry as it is handed out: whole, or what is left of it, with what allows that. */
export function shownEntry({ seq, acceptedAtMs, entry, erasedBy }: KeptEntry): ShownEntry {
  const place = { seq, acceptedAt: formatInstant(acceptedAtMs) };
  if (erasedBy === null) return { ...place, entry: Buffer.from(entry).toString('base64url') };
  const { headerBytes, commitment, bodyHash, signature } = readErasedForm(entry);
  return {
    ...place,
    erased: {
      header: toBase64Url(headerBytes),
      commitment: toBase64Url(commitment),
      bodyHash: toBase64Url(bodyHash),
      signature: toBase64Url(signature),
      by: erasedBy === 0 ? 'retention' : erasedBy,
    },
  };
}
