import type { AttachmentReference, Content } from '@enlace/e2ee';
import {
  isDomainError,
  isJsonObject,
  parseBase64Url,
  toBase64Url,
  type JsonObject,
  type PersonId,
} from '@enlace/kernel';
import {
  isSealSignedBy,
  isTransferSignedBy,
  linkHash,
  readCustodySeal,
  readCustodyTransfer,
  type CustodyStatement,
  type CustodyTransfer,
  type ReadTransfer,
} from '@enlace/trust';

import type { ShownEntry } from '../threads/reading.js';

type Handled = Content['handling'];
type Sent = Extract<Content, { readonly type: 'custody.transfer' }>;
type Sender = NonNullable<ShownEntry['sender']>;

/** The seal of a file, as whoever sent it into the thread made it. */
export interface ThreadSeal {
  readonly seal: string;
  readonly salt: Uint8Array;
  readonly statement: CustodyStatement;
  readonly handling: Handled;
}

/** What a holder offered, signed, with what proves in the log that they hold it. */
export interface CustodyOffer {
  readonly seq: number;
  readonly transfer: CustodyTransfer;
  readonly wire: string;
  readonly fromState: string;
  /** Nothing of it is believed yet. */
  readonly receipt: string;
}

/** An offer that was accepted: the wire has both signatures. */
export interface ThreadTransfer extends CustodyOffer {
  readonly salt: Uint8Array;
}

/** The custody of one file as its thread tells it. */
export interface ThreadCustody {
  readonly sealed: ThreadSeal;
  /** In the order in which it changed hands. */
  readonly transfers: readonly ThreadTransfer[];
  readonly holder: PersonId;
  /** What the next transfer names. */
  readonly last: string;
  /** What the holder offers now, the newest to each person. */
  readonly offers: readonly CustodyOffer[];
}

/** The key of a device of this person at a moment; `null` when no certificate says. */
export type FindSignKey = (device: {
  readonly deviceId: string;
  readonly personId: string;
  readonly atMs: number;
}) => Uint8Array | null;

/**
 * Who had a sealed file and who has it, in the order of the thread: what does not follow from what stands before it, or
 * lacks a valid signature of who must sign, changes nothing. `null` for a file that whoever sent it has not sealed.
 */
// Attacker-controlled: by members, who can send anything.
export function custodyIn(
  entries: readonly ShownEntry[],
  attachmentId: string,
  find: FindSignKey,
): ThreadCustody | null {
  let sender: PersonId | null = null;
  let custody: ThreadCustody | null = null;
  for (const entry of entries) {
    if (entry.sender === null || !isJsonObject(entry.content)) continue;
    const { content } = entry;
    if (custody !== null)
      custody = afterTransfer(custody, entry, { attachmentId, find }) ?? custody;
    else if (sender === null) sender = names(content, attachmentId) ? entry.sender.person : null;
    else if (entry.sender.person === sender) custody = sealedBy(entry, { attachmentId, find });
  }
  return custody;
}

interface Looking {
  readonly attachmentId: string;
  readonly find: FindSignKey;
}

function sealedBy(
  { sender, content, acceptedAt }: ShownEntry,
  { attachmentId, find }: Looking,
): ThreadCustody | null {
  if (sender === null || !isJsonObject(content) || content['type'] !== 'custody.seal') return null;
  const said = contentOf<Extract<Content, { readonly type: 'custody.seal' }>>(content);
  const read = orNull(() => readCustodySeal(said.seal));
  if (read === null || said.attachmentId !== attachmentId) return null;
  const key = keyOf(find, sender, acceptedAt);
  if (key === null || !isSealSignedBy(read, key)) return null;
  const { seal, handling } = said;
  const sealed = { seal, salt: parseBase64Url(said.salt), statement: read.statement, handling };
  return { sealed, transfers: [], holder: sender.person, last: linkHash(seal), offers: [] };
}

function afterTransfer(
  custody: ThreadCustody,
  entry: ShownEntry,
  { attachmentId, find }: Looking,
): ThreadCustody | null {
  const { sender, content } = entry;
  if (sender === null || !isJsonObject(content) || content['type'] !== 'custody.transfer')
    return null;
  const said = contentOf<Sent>(content);
  const read = orNull(() => readCustodyTransfer(said.transfer));
  if (read === null || said.attachmentId !== attachmentId || !follows(read, custody)) return null;
  return read.isAccepted
    ? accepted(custody, { ...entry, sender, said, read }, find)
    : offered(custody, { ...entry, sender, said, read }, find);
}

interface Told extends Pick<ShownEntry, 'seq' | 'acceptedAt'> {
  readonly sender: Sender;
  readonly said: Sent;
  readonly read: ReadTransfer;
}

/** By the device that it names, of whoever holds it. */
function offered(
  custody: ThreadCustody,
  { seq, acceptedAt, sender, said, read }: Told,
  find: FindSignKey,
): ThreadCustody | null {
  const { transfer } = read;
  const isOwn = sender.person === transfer.from && sender.device === transfer.fromDevice;
  if (!isOwn || sender.state === null || said.receipt === undefined) return null;
  const key = keyOf(find, sender, acceptedAt);
  if (key === null || !isTransferSignedBy(read, key)) return null;
  const offer = {
    seq,
    transfer,
    wire: said.transfer,
    fromState: sender.state,
    receipt: said.receipt,
  };
  const others = custody.offers.filter(({ transfer: { to } }) => to !== transfer.to);
  return { ...custody, offers: [...others, offer] };
}

/** By the person it was offered to, and of exactly what was offered. */
function accepted(
  custody: ThreadCustody,
  { seq, acceptedAt, sender, said, read }: Told,
  find: FindSignKey,
): ThreadCustody | null {
  const { transfer, object } = read;
  const bytes = toBase64Url(object.bodyBytes);
  const offer = custody.offers.find(
    ({ wire }) => toBase64Url(readCustodyTransfer(wire).object.bodyBytes) === bytes,
  );
  if (offer === undefined || sender.person !== transfer.to) return null;
  const giver = { person: offer.transfer.from, device: offer.transfer.fromDevice };
  const keys = [keyOf(find, giver, acceptedAt), keyOf(find, sender, acceptedAt)];
  if (!keys.every((key) => key !== null && isTransferSignedBy(read, key))) return null;
  const taken = { ...offer, seq, wire: said.transfer, salt: parseBase64Url(said.salt) };
  return {
    ...custody,
    transfers: [...custody.transfers, taken],
    holder: sender.person,
    last: linkHash(said.transfer),
    offers: [],
  };
}

function follows({ transfer }: ReadTransfer, { sealed, holder, last }: ThreadCustody): boolean {
  const { custodyId, sha256 } = sealed.statement;
  return (
    transfer.custodyId === custodyId &&
    transfer.sha256 === sha256 &&
    transfer.from === holder &&
    transfer.previous === last
  );
}

function keyOf(
  find: FindSignKey,
  { person, device }: { readonly person: string; readonly device: string },
  acceptedAt: string,
): Uint8Array | null {
  return find({ deviceId: device, personId: person, atMs: Date.parse(acceptedAt) });
}

function names(content: JsonObject, attachmentId: string): boolean {
  // As the schema of the content has checked them when the entry was opened.
  const { attachments = [] }: { attachments?: readonly AttachmentReference[] } = JSON.parse(
    JSON.stringify(content),
  );
  return attachments.some((one) => one.attachmentId === attachmentId);
}

/** As the schema has checked it when the entry was opened. */
function contentOf<Type extends Content>(content: JsonObject): Type {
  return JSON.parse(JSON.stringify(content));
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}
