import {
  believedPolicy,
  custodyIn,
  findCustody,
  recordSeal,
  recordTransfer,
  softwarePresence,
  type ThreadCustody,
  type ThreadTransfer,
} from '@enlace/client';
import type { AttachmentId, ThreadId } from '@enlace/kernel';
import {
  readCustodySeal,
  recordedDevice,
  sealCommitment,
  transferCommitment,
  type ProvenChain,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { OwnThreads } from '../thread/own-threads.js';
import { linkReceipt, proveReceipt } from './receipt-parts.js';
import { sealedFile, type SealWords } from './sealed-file.js';
import { witnessedProof } from './witnessed-proof.js';

export interface FileName {
  readonly threadId: ThreadId;
  readonly attachmentId: AttachmentId;
}

/** What this person is or was a holder by: the own seal, or a transfer that this person accepted. */
export interface OwnLink {
  readonly custodyId: string;
  readonly sealed: Pick<ThreadCustody['sealed'], 'seal' | 'salt'>;
  /** Up to the own one. */
  readonly transfers: readonly ThreadTransfer[];
}

/** The custody of a file, as its thread tells it to this home; `null` where nobody sealed it. */
export async function custodyOf(
  { threads, ports }: OwnThreads,
  { threadId, attachmentId }: FileName,
): Promise<ThreadCustody | null> {
  const { entries } = await threads.read(threadId);
  const directory = ports.directory();
  return custodyIn(entries, attachmentId, ({ deviceId, personId, atMs }) => {
    const device = recordedDevice(directory, deviceId, { atMs });
    return device?.personId === personId ? device.signKey : null;
  });
}

/**
 * The newest link of this person; the seal is made and sent when nobody sealed the file. Throws `custody.not-party`,
 * and as `sealedFile`.
 */
export async function ownLink(own: OwnThreads, file: FileName, words: SealWords): Promise<OwnLink> {
  const custody = await custodyOf(own, file);
  if (custody === null) {
    const { statement, seal, salt } = await sealedFile(own, file, words);
    return { custodyId: statement.custodyId, sealed: { seal, salt }, transfers: [] };
  }
  const { sealed, transfers, holder } = custody;
  const { personId } = own.ports.device.self;
  const taken = transfers.findLastIndex(({ transfer: { to } }) => to === personId) + 1;
  const sealer = transfers[0]?.transfer.from ?? holder;
  if (taken === 0 && sealer !== personId) throw new CliError('custody.not-party');
  const { custodyId } = sealed.statement;
  return { custodyId, sealed, transfers: transfers.slice(0, taken) };
}

/**
 * What the log shows of the link, told to the record when it is not there yet; `null` while it is on its way. Throws
 * the refusal of the server, and `custody.erased`.
 */
export async function recordedLink(
  own: OwnThreads,
  { threadId, attachmentId }: FileName,
  { custodyId, sealed, transfers }: OwnLink,
): Promise<string | null> {
  const { session, ports, home } = own;
  const { device, clock, random } = ports;
  const taken = transfers.at(-1);
  const sealCommitmentOf = (): string =>
    taken === undefined
      ? sealCommitment(noteCrypto, sealed.salt, readCustodySeal(sealed.seal))
      : transferCommitment(noteCrypto, taken.salt, taken.wire);
  const known = { custodyId, sealCommitment: sealCommitmentOf() };
  const type = taken === undefined ? 'attachment.sealed' : 'attachment.transferred';
  const name = { type, ...known } as const;
  const shown = await findCustody(session, name);
  if (shown !== null) return provenLink(own, shown);
  const signer = { deviceId: device.self.deviceId, seed: device.signSeed };
  const by = { device: signer, clock, random };
  const told = { threadId, attachmentId, ...known };
  if (taken === undefined) {
    await recordSeal(session, told, by);
  } else {
    const { transfer, fromState } = taken;
    const { from: fromId, transferId } = transfer;
    const show = softwarePresence(home.profile.keys.signSeed);
    await recordTransfer(session, { ...told, fromId, fromState, transferId, show }, by);
  }
  const found = await findCustody(session, name);
  return found === null ? null : provenLink(own, found);
}

/** With the proof that witnesses vouch for, where there is one by now. */
async function provenLink(
  own: OwnThreads,
  shown: Parameters<typeof linkReceipt>[0],
): Promise<string> {
  const { origin, index } = shown;
  const proof = (await witnessedProof(own, { origin, index })) ?? shown.proof;
  return linkReceipt({ ...shown, proof });
}

/** What embedded parts prove, by what this home believes. Throws as `proveReceipt`. */
export async function provenHere(
  { session, ports }: OwnThreads,
  parts: string,
): Promise<ProvenChain> {
  const directory = ports.directory();
  const { policy } = await believedPolicy(directory, session);
  return proveReceipt(parts, { policy, directory });
}

/** Enough witnesses for each link. */
export function meetsQuorum({ sealed, transfers }: ProvenChain): boolean {
  return [sealed, ...transfers].every((link) => link.meetsQuorum);
}
