import {
  decodeEntry,
  encodeEntry,
  entryHash,
  type Entry,
  type EntryHeader,
  type SealedKind,
} from '@enlace/contracts';
import { sealEntry } from '@enlace/e2ee';
import {
  newId,
  parseBase64Url,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { sodium } from '@enlace/trust';

import type { ClientMember } from '../threads/client-member.js';
import { saying } from '../threads/client-stage.js';

/** What is sealed, as which kind of entry. */
export type ForgedContent = readonly [SealedKind, Uint8Array];

/** A member seals what he likes with the keys that his client has: his text goes out as these entries. */
export async function sendForged(
  member: ClientMember,
  threadId: ThreadId,
  contents: readonly ForgedContent[],
): Promise<void> {
  const { session, store } = member;
  const forging = {
    requestOctets: session.requestOctets.bind(session),
    request: async (...[asked, proving]: Parameters<typeof session.request>) => {
      const { items = [] } = Object(asked.body);
      if (!asked.path.endsWith('/entries') || items.length === 0) {
        return session.request(asked, proving);
      }
      const { header } = decodeEntry(parseBase64Url(items[0].entry));
      const keys = {
        epochKey: newestKeyOf(member, threadId),
        signKey: sodium.crypto_sign_seed_keypair(member.own.seed).privateKey,
        random: systemRandom,
      };
      const forged = forge(header, contents, keys).map((one) => ({
        entry: toBase64Url(encodeEntry(one)),
      }));
      return session.request({ ...asked, body: { items: forged } }, proving);
    },
  };
  // His own client finds that this is not what it had sealed; the log has it.
  await member
    .threadsOn(store.copy(), forging)
    .send(threadId, saying('nada'))
    .catch(() => undefined);
}

function forge(
  header: EntryHeader,
  contents: readonly ForgedContent[],
  keys: Parameters<typeof sealEntry>[2],
): readonly Entry[] {
  let { deviceSeq, prevHash } = header;
  return contents.map(([kind, content]) => {
    const entryId = newId<EntryId>(systemClock, systemRandom);
    const place = { ...header, kind, handling: 1 as const, entryId, deviceSeq, prevHash };
    const made = sealEntry(content, place, keys);
    deviceSeq += 1;
    prevHash = entryHash(made);
    return made;
  });
}

/** The key of the newest epoch that a device keeps of a thread. */
function newestKeyOf({ store }: ClientMember, threadId: ThreadId): Uint8Array {
  const kept = [...(store.tables.get('thread-epochs') ?? [])].filter(([name]) =>
    name.startsWith(threadId),
  );
  const epochs = kept.flatMap(([, bytes]) => JSON.parse(parseUtf8(bytes)).epochs);
  const keys = epochs.toSorted((one, other) => one.epoch - other.epoch);
  return parseBase64Url(keys.at(-1).epochKey);
}
