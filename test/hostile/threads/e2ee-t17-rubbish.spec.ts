import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { EntriesShown } from '@enlace/contracts';
import {
  isDomainError,
  parseBase64Url,
  systemRandom,
  toBase64Url,
  utf8,
  type ThreadId,
} from '@enlace/kernel';
import { sodium } from '@enlace/trust';

import type { LyingServer } from '../../support/people/lying-server.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { sendForged, type ForgedContent } from '../../support/hostile/forged-entries.js';
import { retelling } from '../../support/threads/told-log.js';

const STORY_MS = 120_000;
/** The largest content that fits into an entry. */
const FULL = 32_767;

/** What a server may answer that has nothing better to say. */
const RUBBISH: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['a text', '"entries"'],
  ['a number that is none', '1e999'],
  ['half an object', '{"entries":['],
  ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a million members', `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":0`).join(',')}}`],
  ['what reaches into prototypes', '{"__proto__":{"entries":[]},"constructor":{"prototype":{}}}'],
  ['five megabytes of one text', JSON.stringify({ entries: 'x'.repeat(5_000_000) })],
  ['lone surrogates', '{"entries":"\\ud800"}'],
];

/** What a member may seal that means nothing. */
const SEALED_RUBBISH: readonly ForgedContent[] = [
  ['message', new Uint8Array()],
  ['message', systemRandom.bytes(500)],
  ['message', utf8('{"v":1,"type":"text"')],
  ['message', utf8('{"v":1,"type":"of-tomorrow","handling":{"code":"EN1"}}')],
  ['message', utf8('{"__proto__":{"type":"text"},"v":1}')],
  ['message', utf8('{"v":1e999,"type":"text"}')],
  ['message', utf8(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`)],
  ['record-update', systemRandom.bytes(300)],
  ['record-update', new Uint8Array(4_000)],
  ['record-snapshot', systemRandom.bytes(300)],
  ['receipt', utf8('{"v":1,"type":"read","upToSeq":9007199254740993}')],
];

describe('T17: rubbish', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  beforeEach(async () => {
    stage.honestly();
    omar = await stage.member('pa-omar');
    await stage.minutePasses(rosa, omar);
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    await rosa.threads.send(threadId, saying('uno'));
  }, STORY_MS);

  afterEach(() => {
    stage.honestly();
  });

  it(
    'in place of any answer is refused with a code, keeps nothing, and the next true answer is taken',
    async () => {
      const known = omar.store.copy();
      for (const [, text] of RUBBISH) {
        for (const path of [/\/entries\?/u, /^\/threads(?:\/heads)?$/u]) {
          await stage.minutePasses(rosa, omar);
          const lie: LyingServer['lie'] = (passing) =>
            passing.method === 'GET' && path.test(passing.url) ? text : passing.text;
          stage.liar.lie = lie;
          const outcome = await omar
            .threadsOn(known.copy())
            .read(threadId)
            .then(
              ({ verdict }) => verdict,
              (error: unknown) => (isDomainError(error) ? error.code : error),
            );
          expect(typeof outcome).toBe('string');
        }
      }
      stage.honestly();
      expect(await omar.said(threadId)).toEqual(['uno']);
      expect((await omar.threads.read(threadId)).verdict).toBe('sound');
    },
    STORY_MS,
  );

  it(
    'in place of an entry stops at that entry, and nothing of it is shown or kept for true',
    async () => {
      const known = omar.store.copy();
      const entries: readonly ((entry: string) => unknown)[] = [
        () => '',
        () => 'AAAA',
        () => toBase64Url(systemRandom.bytes(33_072)),
        () => toBase64Url(new Uint8Array(400)),
        (entry) => entry.slice(0, -8),
        (entry) => `${entry}AAAA`,
        () => 'x'.repeat(1_000_000),
        () => '\u0000',
        () => null,
        () => ({ header: 1 }),
      ];
      for (const change of entries) {
        await stage.minutePasses(rosa, omar);
        stage.liar.lie = retelling((told) => lastAs(told, change));
        const outcome = await omar
          .threadsOn(known.copy())
          .read(threadId)
          .then(
            ({ verdict, entries: shown }) => [verdict, JSON.stringify(shown).includes('"uno"')],
            (error: unknown) => (isDomainError(error) ? ['alert', false] : error),
          );
        expect(outcome).toEqual(['alert', false]);
      }
      stage.honestly();
      expect(await omar.said(threadId)).toEqual(['uno']);
    },
    STORY_MS,
  );

  it(
    'of a member with good keys is a placeholder each, and the thread goes on for everybody else',
    async () => {
      const kinds = SEALED_RUBBISH.length;
      await sendRubbish(SEALED_RUBBISH);
      await stage.minutePasses(rosa);
      await sendRubbish([['message', utf8('['.repeat(FULL))]]);
      await rosa.threads.send(threadId, saying('dos'));
      const reading = await rosa.threads.read(threadId);
      const placeholders = reading.entries.filter(
        ({ sender, content }) => sender?.person === omar.own.personId && content === null,
      );
      expect(placeholders.length).toBeGreaterThanOrEqual(kinds - 3);
      const reasons = new Set(placeholders.map(({ reason }) => reason));
      expect([...reasons].filter((one) => one !== 'damaged' && one !== 'newer-format')).toEqual([]);
      expect(reading.alerts.every(({ response }) => response !== 'suspend')).toBe(true);
      expect(await rosa.said(threadId)).toEqual(['uno', 'dos']);
      const esteban = await stage.member('cr-esteban');
      await letIn(threadId, { by: rosa, who: esteban });
      await esteban.threads.send(threadId, saying('llego bien'));
      expect((await rosa.said(threadId)).at(-1)).toBe('llego bien');
    },
    STORY_MS,
  );

  it(
    'of somebody else costs no decryption: the author is known before anything is opened',
    async () => {
      await sendRubbish([['message', utf8('{}')]]);
      const known = rosa.store.copy();
      stage.liar.lie = retelling((told) =>
        lastAs(told, (entry) => {
          const bytes = Uint8Array.from(parseBase64Url(entry));
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          return toBase64Url(bytes);
        }),
      );
      const original = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt;
      let opened = 0;
      Object.assign(sodium, {
        crypto_aead_xchacha20poly1305_ietf_decrypt: (...args: Parameters<typeof original>) => {
          opened += 1;
          return original(...args);
        },
      });
      try {
        const { alerts } = await rosa.threadsOn(known).read(threadId);
        expect(alerts).toMatchObject([{ code: 'BAD_SIG' }]);
        expect(opened).toBe(0);
      } finally {
        Object.assign(sodium, { crypto_aead_xchacha20poly1305_ietf_decrypt: original });
      }
    },
    STORY_MS,
  );

  const sendRubbish = async (contents: readonly ForgedContent[]) =>
    sendForged(omar, threadId, contents);
});

/** The last entry that is told, as something else. */
function lastAs(told: EntriesShown, change: (entry: string) => unknown): EntriesShown {
  const { entries } = told;
  const last = entries.at(-1);
  if (last === undefined || !('entry' in last)) return told;
  const changed = Object.assign({}, last, { entry: change(last.entry) });
  return { ...told, entries: [...entries.slice(0, -1), changed] };
}
