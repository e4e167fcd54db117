import {
  giveKeys,
  makeCommit,
  makeEntries,
  makeGenesis,
  planCommit,
  type CommitIntent,
  type Content,
  type DirectoryView,
  type EntryDraft,
  type Giving,
  type MadeCommit,
  type ThreadView,
} from '@enlace/e2ee';
import { DomainError, parseBase64Url, type EntryId } from '@enlace/kernel';

import type { OutboxItem, Prepared } from './kept/outbox.js';
import { encodePending } from './kept/pending-group.js';
import { readIntent, type ThreadIntent } from './thread-intent.js';
import type { ThreadPorts } from './thread-ports.js';
import { fetchBlob } from './wire/thread-wire.js';

/** A thread of which this device has read nothing: there is nothing to do in it yet. */
export class ThreadUnread extends DomainError {
  override readonly code = 'thread.unread';
  override readonly kind = 'absent';

  constructor() {
    super('nothing of the thread was read');
  }
}

/**
 * Makes the entries of an item on the view as it is, ready to be kept and then sent. Nothing of it is out when it
 * rejects. Throws `thread.plan-refused` for what must not be done now, `thread.unread`, `content.malformed`,
 * `entry.too-large`, and as the session where the newest package has to be fetched.
 */
export async function makeItem(
  { threadId, entryId, intent }: OutboxItem,
  view: ThreadView | null,
  { ports, directory }: { readonly ports: ThreadPorts; readonly directory: DirectoryView },
): Promise<Prepared> {
  const { device, random, clock, groups } = ports;
  const secrets = { ...device.self, signSeed: device.signSeed };
  const ground = { device: secrets, directory, random, nowMs: clock.nowMs() };
  const wanted = readIntent(intent);
  if (wanted.act === 'open') {
    const { caseId, suite, policy } = wanted;
    const opening = { threadId, caseId, suite, policy };
    return preparedOf(await makeGenesis(opening, { ...ground, port: groups, entryId }), ports);
  }
  if (view === null) throw new ThreadUnread();
  if (wanted.act === 'give' || wanted.act === 'history') {
    const giving = wanted.act === 'give' ? givingNow(view, wanted) : historyOf(wanted);
    const { draft, blob } = giveKeys(view, giving, { ...ground, entryId });
    return { ...plain(makeEntries(view, [draft], ground)), blobs: [blob] };
  }
  if (wanted.act === 'commit') {
    const plan = planCommit(view, wanted.commit, ground);
    const packed = await packageFor(view, wanted.commit, ports);
    const made = await makeCommit(view, plan, { ...ground, port: groups, entryId, ...packed });
    return preparedOf(made, ports);
  }
  return plain(makeEntries(view, draftsOf(wanted, entryId, view), ground));
}

type Plain = Exclude<ThreadIntent, { act: 'open' | 'give' | 'history' | 'commit' }>;

/** The entries of one append that need nothing but the view. */
function draftsOf(wanted: Plain, entryId: EntryId, view: ThreadView): readonly EntryDraft[] {
  switch (wanted.act) {
    case 'send':
      return [{ entryId, kind: 'message', content: wanted.content }];
    case 'record': {
      const { kind, body, handling } = wanted;
      return [{ entryId, kind, record: parseBase64Url(body), handling }];
    }
    case 'acknowledge':
      return [{ entryId, kind: 'receipt', content: toAllOf(view, wanted.content) }];
    case 'withdraw':
      return withdrawalOf(entryId, wanted);
    case 'leave': {
      const statement = { v: 1, personId: view.self.personId } as const;
      return [{ entryId, kind: 'leave', statement }];
    }
    case 'life': {
      const { act: _, ...life } = wanted;
      return [{ entryId, kind: 'lifecycle', statement: { v: 1, ...life } }];
    }
    case 'ask': {
      const { requestId, reason } = wanted;
      const statement = { v: 1, requestId, reason } as const;
      return [{ entryId, kind: 'access-request', statement }];
    }
  }
}

/** One append: what is said of it, and that the bodies go. */
function withdrawalOf(
  entryId: EntryId,
  { content, redactionId, targets }: Extract<ThreadIntent, { act: 'withdraw' }>,
): readonly EntryDraft[] {
  const statement = { v: 1 as const, targets: [...targets], reason: 'withdrawn' as const };
  return [
    { entryId, kind: 'message', content },
    { entryId: redactionId, kind: 'redaction', statement },
  ];
}

/** What names its recipients goes to those who are in the thread when it is made: others may have come or gone. */
function toAllOf({ members }: ThreadView, content: Content<'receipt'>): Content<'receipt'> {
  if (content.handling.code !== 'EN3' || members === null) return content;
  const persons = [...members.state.members, ...members.state.invitations];
  const recipients = [...new Set(persons.map(({ personId }) => personId))].toSorted();
  return { ...content, handling: { ...content.handling, recipients } };
}

/** The key of this moment and nothing older, whatever was asked for. */
function givingNow(
  { place, head }: ThreadView,
  {
    requestId,
    toPersonId,
  }: Pick<Extract<ThreadIntent, { act: 'give' }>, 'requestId' | 'toPersonId'>,
): Giving {
  const epoch = place?.epoch ?? 0;
  const range = { fromEpoch: epoch, toEpoch: epoch, fromSeq: head.seq, toSeq: head.seq };
  return { toPersonId, requestId, basis: 'access', ...range };
}

function historyOf(wanted: Extract<ThreadIntent, { act: 'history' }>): Giving {
  const { toPersonId, basis, fromSeq, toSeq, fromEpoch, toEpoch } = wanted;
  return { toPersonId, basis, fromSeq, toSeq, fromEpoch, toEpoch };
}

function preparedOf({ entry, blobs, pending }: MadeCommit, { groups }: ThreadPorts): Prepared {
  return { entries: [entry.bytes], blobs, next: encodePending(pending, groups) };
}

function plain(made: ReturnType<typeof makeEntries>): Prepared {
  return { entries: made.map(({ bytes }) => bytes), blobs: [], next: null };
}

/** Whoever takes a leaf needs the newest package. */
async function packageFor(
  view: ThreadView,
  { act }: CommitIntent,
  { session }: ThreadPorts,
): Promise<{ readonly packageBlob?: Uint8Array }> {
  const isJoin = act === 'join' || act === 'device';
  if (!isJoin || view.package === null) return {};
  const { packageHash } = view.package;
  return { packageBlob: await fetchBlob(session, view.threadId, packageHash) };
}
