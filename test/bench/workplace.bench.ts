/**
 * What a person waits for in the browser, of the budgets of web.md 12, without the browser: from a key to the findings
 * of a draft with 20 measures and persons; a search in 20,000 messages of ten threads; a thread of 10,000 entries in
 * the words of a page. Each round measures a case and its baseline one after the other: reading the JSON of the draft,
 * looking for the letters in every text, and a copy of the answer. Counted in time of the processor, because nothing
 * here waits: what other programs take of the machine is not ours.
 */
import { cpus } from 'node:os';

import type { ShownEntry } from '@enlace/client';
import {
  isJsonObject,
  newId,
  systemClock,
  systemRandom,
  type DeviceId,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';
import { check, readRequest, shippedPacks } from '@enlace/mla';
import { edited, goodRequest, MLA_TODAY } from '@enlace/testing';

import { changed } from '../../apps/web/src/protocol/document-change.js';
import { foundIn, searchable } from '../../apps/web/src/worker/search/found-messages.js';
import { entryInWords } from '../../apps/web/src/worker/threads/entry-in-words.js';
import { Talk } from '../../apps/web/src/worker/threads/talk.js';
import { median } from './timing.js';

const ROUNDS = 40;
const WARM_UP = 5;
const MEASURES = 20;
const THREADS = 10;
const MESSAGES = 20_000;
const ENTRIES = 10_000;
const WORDS = 5_000;
const WORDS_IN_TEXT = 30;
const GOALS_MS = { findings: 50, search: 50, thread: 1_000 } as const;

/** What the processor spent on this process, in milliseconds. */
const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Measured {
  readonly p95: number;
  readonly ratio: number;
}

/** A case against its baseline, round by round. */
function measured(run: (round: number) => unknown, baseline: (round: number) => unknown): Measured {
  const [times, raw]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    const begun = spentMs();
    baseline(round);
    const between = spentMs();
    run(round);
    if (round < WARM_UP) continue;
    raw.push(between - begun);
    times.push(spentMs() - between);
  }
  const p95 = times.toSorted((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] ?? 0;
  return { p95, ratio: median(times) / Math.max(median(raw), 0.001) };
}

/** Twenty of a list, each under an id of its own. */
const many = (list: readonly object[], letter: string): readonly object[] =>
  Array.from({ length: MEASURES }, (_, at) => ({
    ...list[at % list.length],
    id: `${letter}${at}`,
  }));

async function typing(): Promise<Measured> {
  const packs = await shippedPacks();
  const good = readRequest(goodRequest());
  if (good.kind === 'malformed') throw new Error('the good request is malformed');
  const { measures = [], persons = [] } = good.request;
  const large = JSON.stringify({
    ...Object(edited(goodRequest(), {})),
    measures: many(measures, 'm'),
    persons: many(persons, 'p'),
  });
  const document: JsonValue = JSON.parse(large);
  if (!isJsonObject(document)) throw new Error('a request is an object');
  const typed = (round: number) => [
    { path: '/measures/7/purpose', value: JSON.stringify(`To know who paid, ${round}`) },
  ];
  const run = (round: number): void => {
    const next = changed(document, typed(round));
    if (readRequest(next).kind === 'malformed') throw new Error('what was typed is not taken');
    check(next, packs, MLA_TODAY);
  };
  return measured(run, () => JSON.parse(large));
}

/** A text of words that no two seeds share the order of. */
function textOf(seed: number): string {
  const word = (at: number): string => {
    const number = (seed * 7_919 + at * at * 104_729) % WORDS;
    return `${['inspección', 'camión', 'ruta', 'pago', 'acta'][number % 5] ?? ''}${number}`;
  };
  return Array.from({ length: WORDS_IN_TEXT }, (_, at) => word(at)).join(' ');
}

const sentAt = (seq: number): string => new Date(Date.UTC(2026, 1, 3) + seq * 60_000).toISOString();

function searching(): Measured {
  const ofThread = MESSAGES / THREADS;
  const threads = Array.from({ length: THREADS }, (_, thread) =>
    searchable(
      { threadId: `thread-${thread}`, title: `Thread ${thread}` },
      Array.from({ length: ofThread }, (_each, at) => ({
        seq: at + 1,
        author: null,
        sentAt: sentAt(thread * ofThread + at),
        handling: 'EN1' as const,
        text: textOf(thread * ofThread + at),
        files: [],
      })),
    ),
  );
  /** One letter of many words, a word, two of them, and one that nobody wrote. */
  const queries = ['i', 'camion12', 'inspeccion acta4', 'peccion'];
  const queryOf = (round: number): string => queries[round % queries.length] ?? '';
  const anything = { personId: null, state: null, handling: null, hasFiles: false } as const;
  return measured(
    (round) => foundIn(threads, { words: queryOf(round), ...anything, from: null, until: null }),
    (round) =>
      threads.map(({ messages }) => messages.filter(({ text }) => text.includes(queryOf(round)))),
  );
}

function reading(): Measured {
  const person = newId<PersonId>(systemClock, systemRandom);
  const device = newId<DeviceId>(systemClock, systemRandom);
  const entries = Array.from({ length: ENTRIES }, (_, at): ShownEntry => ({
    seq: at + 1,
    kind: 'message',
    sender: { person, state: 'CR', device },
    sentAt: sentAt(at),
    acceptedAt: sentAt(at),
    handling: 'EN1',
    content:
      at % 10 === 9
        ? { type: 'edit', target: at, version: 2, text: textOf(at) }
        : { type: 'text', text: textOf(at) },
  }));
  const find = () => ({ personId: person, name: 'Ana Mora', state: 'CR', isSelf: false });
  const words = (): unknown => {
    const talk = new Talk({ entries });
    return entries.map((entry) => entryInWords(entry, { find, talk }));
  };
  const answer = words();
  return measured(words, () => structuredClone(answer));
}

const results = { findings: await typing(), search: searching(), thread: reading() };
const SAID = {
  findings: `from a key to findings, ${MEASURES} measures and persons`,
  search: `a search in ${MESSAGES} messages of ${THREADS} threads`,
  thread: `a thread of ${ENTRIES} entries, in words`,
} as const;
process.stdout.write(`workplace on ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown'}\n`);
for (const name of ['findings', 'search', 'thread'] as const) {
  const { p95, ratio } = results[name];
  const goal = GOALS_MS[name];
  const met = p95 <= goal ? 'goal met' : 'GOAL MISSED';
  process.stdout.write(
    `  ${SAID[name]}: p95 ${p95.toFixed(1)} ms (goal ${goal} ms), ${ratio.toFixed(1)} x raw: ${met}\n`,
  );
  if (p95 > goal) process.exitCode = 1;
}
