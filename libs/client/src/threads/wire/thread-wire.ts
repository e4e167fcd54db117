import {
  BEACON_BYTES,
  ENTRY_HEADER_BYTES,
  ROUTES,
  THREAD_LIMITS,
  TICKET_HEADER,
  type ListedHead,
  type ThreadHead,
} from '@enlace/contracts';
import type { LogItem } from '@enlace/e2ee';
import {
  equalBytes,
  sha256,
  toBase64Url,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';

import type { Session } from '../../session/session.js';
import { AnswerFields } from '../../transport/answer-fields.js';
import type { ClientRequest } from '../../transport/http-transport.js';

const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Threads of one person that are listed at once; a server that lists without end is stopped here. */
const HEADS_LIMIT = 10_000;
/** A page of entries, and what stands around them. In bytes. */
const PAGE_LIMIT_BYTES = THREAD_LIMITS.pageCharacters + 64 * 1024;
const ENTRY_CHARACTERS = Math.ceil((THREAD_LIMITS.clearEntry * 4) / 3);

/** Beacons of one page: of each device that is or was in the thread, the newest. */
const BEACONS_LIMIT = 1_000;
const TICKET_CHARACTERS = 1_024;

const fields = new AnswerFields('thread');

/** What asks on behalf of the device: its session. */
export type Asking = Pick<Session, 'request' | 'requestOctets'>;

/** A part of a log as the server tells it. */
export interface ToldPage {
  /** In ascending order, without a gap; nothing of them is verified. */
  readonly entries: readonly LogItem[];
  /** The chain before the first entry. */
  readonly before: Uint8Array;
  readonly head: ThreadHead & { readonly chain: Uint8Array };
  /** How far devices say that they have read, the newest of each; nothing of them is verified. */
  readonly beacons: readonly Uint8Array[];
  /** The ticket of the page that follows, where there is one. */
  readonly pageToken: string | null;
}

/** What the server answers to an append. */
export interface ToldAppend {
  /** One for each entry. */
  readonly receipts: readonly Uint8Array[];
  readonly head: ThreadHead;
}

/** Where the logs of the own threads end: worth a look, and nothing to rely on. */
export async function askForHeads(session: Asking): Promise<readonly ListedHead[]> {
  const request = { method: 'GET', path: ROUTES.threadHeads } as const;
  const { heads } = fields.object(await session.request(request, 'none'));
  return fields.list(heads, HEADS_LIMIT).map((value) => {
    const { threadId, chain, ...head } = fields.object(value);
    return {
      threadId: fields.id<ThreadId>(threadId),
      chain: toBase64Url(fields.bytes(chain, HASH_BYTES)),
      ...readHead(head),
    };
  });
}

/** Where a page begins, and by what right it is asked for. */
interface AskedPage {
  readonly after: number;
  /** What the page before brought; else there is a proof, on record. */
  readonly ticket?: string;
  /** No more than so many, of a read that ends with them; else the read is of all that there is. */
  readonly limit?: number;
}

/** The entries after a place, as many as one answer holds. Throws the server's refusal, `client.answer-malformed`. */
export async function askForPage(
  session: Asking,
  threadId: ThreadId,
  { after, ticket, limit }: AskedPage,
): Promise<ToldPage> {
  const route = ticket === undefined ? ROUTES.threadEntries : ROUTES.threadEntryPages;
  // The server ends a read at the end of the log by itself.
  const through = ticket === undefined && limit === undefined ? Number.MAX_SAFE_INTEGER : undefined;
  const asked = Object.entries({ after, through, limit }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, `${value}`] as const],
  );
  const request: ClientRequest = {
    method: 'GET',
    path: pathOf(route, threadId),
    query: Object.fromEntries(asked),
    headings: ticket === undefined ? {} : { [TICKET_HEADER]: ticket },
    limitBytes: PAGE_LIMIT_BYTES,
  };
  const answer = await session.request(request, ticket === undefined ? 'background' : 'none');
  return readPage(fields.object(answer), after);
}

// Attacker-controlled: the whole page.
function readPage({ entries, before, head, ...more }: JsonObject, after: number): ToldPage {
  const { chain, ...end } = fields.object(head);
  const told = fields.list(entries, THREAD_LIMITS.entriesPerPage).map(readEntry);
  const isOrdered = told.every(({ seq }, at) => seq === (told[0]?.seq ?? 0) + at && seq > after);
  if (!isOrdered) fields.refuse();
  const { beacons, pageToken } = more;
  return {
    entries: told,
    before: fields.bytes(before, HASH_BYTES),
    head: { ...readHead(end), chain: fields.bytes(chain, HASH_BYTES) },
    beacons: fields.list(beacons, BEACONS_LIMIT).map((one) => fields.bytes(one, BEACON_BYTES)),
    pageToken: pageToken === undefined ? null : fields.text(pageToken, TICKET_CHARACTERS),
  };
}

/** Hands in a genesis with its package. Throws the refusal of the server, `client.unreachable`. */
export async function sendOpening(
  session: Asking,
  opening: { readonly entry: Uint8Array; readonly package: Uint8Array },
): Promise<ToldAppend> {
  const body = { entry: toBase64Url(opening.entry), package: toBase64Url(opening.package) };
  const request = { method: 'POST', path: ROUTES.threads, body } as const;
  return readAppend(await session.request(request, 'act'), 1);
}

/**
 * Hands in entries of this device in their order: all of them or none; the first one names the files. Throws as
 * `sendOpening`.
 */
export async function sendEntries(
  session: Asking,
  threadId: ThreadId,
  {
    entries,
    files,
  }: { readonly entries: readonly Uint8Array[]; readonly files: readonly string[] },
): Promise<ToldAppend> {
  const path = pathOf(ROUTES.threadEntries, threadId);
  const items = entries.map((bytes, at) => ({
    entry: toBase64Url(bytes),
    ...(at > 0 || files.length === 0 ? {} : { attachments: files }),
  }));
  const body = { items };
  return readAppend(await session.request({ method: 'POST', path, body }, 'act'), entries.length);
}

/** Hands in a blob that an entry is about to name; the same one again changes nothing. */
export async function stageBlob(
  session: Asking,
  threadId: ThreadId,
  octets: Uint8Array,
): Promise<void> {
  const path = blobPath(threadId, sha256(octets));
  await session.request({ method: 'PUT', path, octets }, 'act');
}

/** The blob of that hash. Throws the refusal of the server, `client.answer-malformed` for any other bytes. */
export async function fetchBlob(
  session: Asking,
  threadId: ThreadId,
  hash: Uint8Array,
): Promise<Uint8Array> {
  const path = blobPath(threadId, hash);
  const limitBytes = THREAD_LIMITS.blob;
  const octets = await session.requestOctets({ method: 'GET', path, limitBytes }, 'background');
  return equalBytes(sha256(octets), hash) ? octets : fields.refuse();
}

/** Tells the others in a thread how far this device has read. Throws the refusal of the server. */
export async function putBeacon(
  session: Asking,
  threadId: ThreadId,
  beacon: Uint8Array,
): Promise<void> {
  const body = { beacon: toBase64Url(beacon) };
  const path = pathOf(ROUTES.threadBeacon, threadId);
  await session.request({ method: 'PUT', path, body }, 'none');
}

/** An entry as it is pushed. Throws `client.answer-malformed`. */
export function readPushed(told: JsonValue): {
  readonly threadId: ThreadId;
  readonly item: LogItem;
} {
  const { threadId } = fields.object(told);
  return { threadId: fields.id<ThreadId>(threadId), item: readEntry(told) };
}

/** Which thread the server says it has shredded. Throws `client.answer-malformed`. */
export function readShredded(told: JsonValue): { readonly threadId: ThreadId } {
  return { threadId: fields.id<ThreadId>(fields.object(told)['threadId']) };
}

/** A beacon as it is passed on. Throws `client.answer-malformed`. */
export function readBeaconShown(told: JsonValue): Uint8Array {
  return fields.bytes(fields.object(told)['beacon'], BEACON_BYTES);
}

function pathOf(route: string, threadId: ThreadId): string {
  return route.replace(':id', threadId);
}

function blobPath(threadId: ThreadId, hash: Uint8Array): string {
  return pathOf(ROUTES.threadBlob, threadId).replace(':sha256', toBase64Url(hash));
}

// Attacker-controlled: whatever the server answers.
function readEntry(value: JsonValue): LogItem {
  const { seq, acceptedAt, entry, erased } = fields.object(value);
  return {
    seq: fields.count(seq),
    acceptedAtMs: fields.instant(acceptedAt),
    entry:
      erased === undefined
        ? fields.bytes(fields.text(entry, ENTRY_CHARACTERS))
        : readErased(erased),
  };
}

/** What is left of an entry whose body was erased: its parts, of which the hash is made. */
function readErased(value: JsonValue): LogItem['entry'] {
  const { header, commitment, bodyHash, signature, by } = fields.object(value);
  return {
    headerBytes: fields.bytes(header, ENTRY_HEADER_BYTES),
    commitment: fields.bytes(commitment, HASH_BYTES),
    bodyHash: fields.bytes(bodyHash, HASH_BYTES),
    signature: fields.bytes(signature, SIGNATURE_BYTES),
    by: by === 'retention' ? by : fields.count(by),
  };
}

function readAppend(value: JsonValue, count: number): ToldAppend {
  const { receipts, head } = fields.object(value);
  const told = fields.list(receipts, count).map((receipt) => fields.bytes(receipt));
  return told.length === count ? { receipts: told, head: readHead(head) } : fields.refuse();
}

function readHead(value: JsonValue | undefined): ThreadHead {
  const { seq, epoch, incarnation } = fields.object(value);
  return {
    seq: fields.count(seq),
    epoch: fields.count(epoch),
    incarnation: fields.count(incarnation),
  };
}
