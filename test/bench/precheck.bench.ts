/**
 * The pre-check as a client runs it: one request of 20 measures and 20 persons while somebody types, and a thousand
 * drafts that are listed and checked again, as after a new version of packs. Baseline: reading the same JSON. Counted
 * in time of the processor, because nothing here waits: what other programs take of the machine is not ours.
 */
import { cpus } from 'node:os';

import {
  check,
  checkText,
  describeVerdict,
  readRequest,
  shippedPacks,
  type Report,
} from '@enlace/mla';
import { edited, goodRequest, MLA_TODAY } from '@enlace/testing';

/** What the processor spent on this process, in milliseconds. */
const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const ROUNDS = 300;
const DRAFTS = 1000;
const GOAL_P95_MS = 5;
const GOAL_DRAFTS_MS = 2000;
const MEASURES = 20;

const packs = await shippedPacks();
const good = readRequest(goodRequest());
if (good.kind === 'malformed') throw new Error('the good request is malformed');
const { request } = good;
/** Twenty of a list, each under an id of its own. */
const many = (list: readonly object[], letter: string): readonly object[] =>
  Array.from({ length: MEASURES }, (_, at) => ({
    ...list[at % list.length],
    id: `${letter}${at}`,
  }));
const large: unknown = {
  ...request,
  measures: many(request.measures ?? [], 'm'),
  persons: many(request.persons ?? [], 'p'),
};

const times: number[] = [];
const baseline: number[] = [];
const text = JSON.stringify(large);
for (let round = 0; round < ROUNDS + 50; round += 1) {
  const before = spentMs();
  JSON.parse(text);
  const parsed = spentMs();
  check(large, packs, MLA_TODAY);
  const done = spentMs();
  if (round < 50) continue;
  baseline.push(parsed - before);
  times.push(done - parsed);
}

const drafts = Array.from({ length: DRAFTS }, (_, at) =>
  JSON.stringify(edited(goodRequest(), { '/id': `CR-2026-${at}` })),
);
const begun = spentMs();
const listed = drafts.map((draft) => {
  const report: Report = checkText(draft, packs, MLA_TODAY);
  return describeVerdict(report, 'es');
});
const draftsMs = spentMs() - begun;

const at = (list: readonly number[], share: number) =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length * share)] ?? 0;
const p95 = at(times, 0.95);
process.stdout.write(`pre-check on ${cpus().length} cores of ${cpus()[0]?.model ?? 'unknown'}\n`);
process.stdout.write(
  `check, ${MEASURES} measures and persons: median ${at(times, 0.5).toFixed(2)} ms, p95 ${p95.toFixed(2)} ms ` +
    `(goal ${GOAL_P95_MS} ms), ${(at(times, 0.5) / at(baseline, 0.5)).toFixed(1)} times reading its JSON\n`,
);
process.stdout.write(
  `${listed.length} drafts listed and checked again: ${draftsMs.toFixed(0)} ms (goal ${GOAL_DRAFTS_MS} ms)\n`,
);
if (p95 > GOAL_P95_MS || draftsMs > GOAL_DRAFTS_MS) process.exitCode = 1;
