import { EvidenceRefused, type NoteCrypto, type TlogCrypto } from '@enlace/tlog';

import type { RecordedDevice } from '../evidence/recorded-device.js';
import {
  provenEvent,
  type CustodyEvent,
  type CustodyTrust,
  type ProvenPlace,
} from './custody-event.js';
import {
  isSealSignedBy,
  readCustodySeal,
  sealCommitment,
  type CustodyStatement,
} from './custody-seal.js';

/** What a receipt embeds: the seal, and the event that knew it, with its proof. */
export interface CustodyReceipt extends CustodyEvent {
  readonly seal: string;
  readonly salt: Uint8Array;
}

/** What a receipt proves: this device signed this seal, and the log has known it since then. */
export interface ProvenCustody extends ProvenPlace {
  readonly statement: CustodyStatement;
  readonly device: RecordedDevice;
  readonly attachmentId: string;
}

/**
 * Checks all of a receipt, from the proof up to the signature. Throws the codes of the log, `statement.refused`, and
 * `tlog.evidence-refused`, whose `facts.rule` says what does not hold.
 */
// Attacker-controlled: all of it.
export function verifyCustodyReceipt(
  crypto: TlogCrypto & NoteCrypto,
  { seal, salt, ...event }: CustodyReceipt,
  trust: CustodyTrust,
): ProvenCustody {
  const read = readCustodySeal(seal);
  const { statement } = read;
  const { place, device, attachmentId } = provenEvent(crypto, event, {
    ...trust,
    committed: {
      type: 'attachment.sealed',
      custodyId: statement.custodyId,
      salt,
      commitment: sealCommitment(crypto, salt, read),
    },
  });
  if (!isSealSignedBy(read, device.signKey)) throw new EvidenceRefused('seal-signature');
  return { ...place, statement, device, attachmentId };
}
