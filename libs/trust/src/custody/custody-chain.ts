import { EvidenceRefused, type NoteCrypto, type TlogCrypto } from '@enlace/tlog';

import type { RecordedDevice } from '../evidence/recorded-device.js';
import {
  provenEvent,
  type CustodyEvent,
  type CustodyTrust,
  type ProvenPlace,
} from './custody-event.js';
import {
  verifyCustodyReceipt,
  type CustodyReceipt,
  type ProvenCustody,
} from './custody-receipt.js';
import {
  isTransferSignedBy,
  linkHash,
  readCustodyTransfer,
  transferCommitment,
  type CustodyTransfer,
} from './custody-transfer.js';

/** A transfer with both signatures, and the event that knew it, with its proof. */
export interface TransferReceipt extends CustodyEvent {
  readonly transfer: string;
  readonly salt: Uint8Array;
}

/** The receipt of a seal and of every time that it was handed on, in this order. */
export interface CustodyChain {
  readonly sealed: CustodyReceipt;
  readonly transfers: readonly TransferReceipt[];
}

/** A transfer that both signed: the giver held it, and the taker told the record. */
export interface ProvenTransfer extends ProvenPlace {
  readonly transfer: CustodyTransfer;
  readonly giver: RecordedDevice;
  readonly taker: RecordedDevice;
}

export interface ProvenChain {
  readonly sealed: ProvenCustody;
  readonly transfers: readonly ProvenTransfer[];
  /** Who had it after the last of them. */
  readonly holder: RecordedDevice;
  /** The link that the next transfer would name. */
  readonly last: string;
}

/**
 * Checks the seal and every transfer after it: that each was given by who held it and by nobody else, about this file,
 * after exactly what came before, with two valid signatures, and that the log has known it in this order. It does not
 * prove that custody was not handed on afterwards. Throws as `verifyCustodyReceipt`.
 */
// Attacker-controlled: all of it.
export function verifyCustodyChain(
  crypto: TlogCrypto & NoteCrypto,
  { sealed, transfers }: CustodyChain,
  trust: CustodyTrust,
): ProvenChain {
  const seal = verifyCustodyReceipt(crypto, sealed, trust);
  let chain: ProvenChain = {
    sealed: seal,
    transfers: [],
    holder: seal.device,
    last: linkHash(sealed.seal),
  };
  for (const receipt of transfers) {
    const proven = verifyTransfer(crypto, receipt, { ...trust, chain });
    chain = {
      sealed: seal,
      transfers: [...chain.transfers, proven],
      holder: proven.taker,
      last: linkHash(receipt.transfer),
    };
  }
  return chain;
}

function verifyTransfer(
  crypto: TlogCrypto & NoteCrypto,
  { transfer: wire, salt, ...event }: TransferReceipt,
  { chain, ...trust }: CustodyTrust & { readonly chain: ProvenChain },
): ProvenTransfer {
  const read = readCustodyTransfer(wire);
  const { transfer } = read;
  if (!read.isAccepted) throw new EvidenceRefused('transfer-unaccepted');
  assertFollows(transfer, chain);
  const { place, device, attachmentId } = provenEvent(crypto, event, {
    ...trust,
    committed: {
      type: 'attachment.transferred',
      custodyId: transfer.custodyId,
      salt,
      commitment: transferCommitment(crypto, salt, wire),
    },
  });
  if (attachmentId !== transfer.attachmentId) throw new EvidenceRefused('other-seal');
  const before = chain.transfers.at(-1) ?? chain.sealed;
  if (place.origin === before.origin && place.index <= before.index) {
    throw new EvidenceRefused('transfer-order');
  }
  const giver = trust.find(transfer.fromDevice, place.occurredAtMs);
  if (giver === null) throw new EvidenceRefused('device-unknown');
  if (giver.personId !== transfer.from || device.personId !== transfer.to) {
    throw new EvidenceRefused('other-person');
  }
  if (![giver, device].every(({ signKey }) => isTransferSignedBy(read, signKey))) {
    throw new EvidenceRefused('transfer-signature');
  }
  return { ...place, transfer, giver, taker: device };
}

/** By whoever has it, of this file, after exactly this link. */
function assertFollows(
  { custodyId, attachmentId, sha256, from, previous }: CustodyTransfer,
  { sealed, holder, last }: ProvenChain,
): void {
  const { statement } = sealed;
  const isSame =
    custodyId === statement.custodyId &&
    attachmentId === sealed.attachmentId &&
    sha256 === statement.sha256 &&
    previous === last;
  if (!isSame) throw new EvidenceRefused('transfer-other');
  if (from !== holder.personId) throw new EvidenceRefused('transfer-giver');
}
