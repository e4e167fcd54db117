import { join } from 'node:path';

import { openCaseOnce, softwarePresence, type FileToSend } from '@enlace/client';
import { GROUP_SUITES, THREAD_LIMITS } from '@enlace/contracts';
import { systemClock, systemRandom, utf8, type ThreadId } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';

import { NODE_HASHING, SPOOL_FOLDER } from '../../thread/files/own-files.js';
import { DiskSpool } from '../../thread/files/disk-spool.js';
import type { SignedIn } from '../people/contacts.js';
import { deskOf, type Desk } from './desk.js';
import {
  CASE_CAST,
  CASE_CODES,
  INVITATION_DAYS,
  RECORD,
  TALK,
  THREAD_TITLE,
  WELCOME,
} from './story.js';

/** Each has a home and a device for the browser; whoever is invited reads at either. */
const DEVICES_OF_EACH = 2;

/** Whether somebody works on the case of the demo. */
export function isOfCase({ player }: Pick<SignedIn, 'player'>): boolean {
  return Object.values<string>(CASE_CAST).includes(player.slug);
}

/**
 * A case of three States with one thread: two prosecutors talk, one of them attaches a file, and a third is invited and
 * has not come yet. Everything goes the way of the command line, from the homes of the people; their vaults hold the
 * keys, so that their browsers read it too.
 */
export async function makeCase(
  people: readonly SignedIn[],
  homeOf: (slug: string) => string,
): Promise<void> {
  const find = (slug: string): SignedIn => {
    const found = people.find(({ player }) => player.slug === slug);
    if (found === undefined) throw new RangeError('nobody of that name');
    return found;
  };
  const invited = find(CASE_CAST.invited);
  const cast = [find(CASE_CAST.steward), find(CASE_CAST.member), invited];
  const isShown = ({ devices }: Directory): boolean =>
    cast.every(({ personId }) => (devices.get(personId)?.length ?? 0) >= DEVICES_OF_EACH);
  const [steward, member] = await Promise.all([
    deskOf(find(CASE_CAST.steward), isShown),
    deskOf(find(CASE_CAST.member), isShown),
  ]);
  const threadId = await openThread(steward);
  const invite = async ({ personId }: SignedIn): Promise<void> => {
    await steward.threads.invite(threadId, { personId, role: 'member', days: INVITATION_DAYS });
    // Whoever comes reads nothing from before: the title is said again.
    const meta = { type: 'thread.meta', title: THREAD_TITLE, handling: { code: 'EN1' } } as const;
    await steward.threads.send(threadId, meta);
  };
  await invite(member.person);
  await member.threads.join(threadId);
  const desks = { steward, member } as const;
  for (const { by, text, handling } of TALK) {
    await desks[by].threads.send(threadId, { type: 'text', text, handling: { code: handling } });
  }
  await attachRecord(steward, threadId, join(homeOf(CASE_CAST.steward), SPOOL_FOLDER));
  await invite(invited);
  const { text, handling } = WELCOME;
  await steward.threads.send(threadId, { type: 'text', text, handling: { code: handling } });
  await member.threads.read(threadId);
  await Promise.all([steward, member].map(async ({ threads }) => threads.backUp()));
}

async function openThread({ threads, person }: Desk): Promise<ThreadId> {
  const { seat, session } = person;
  const show = softwarePresence(seat.profile.keys.signSeed);
  const ports = { session, store: seat.store, show, clock: systemClock, random: systemRandom };
  const { caseId, caseType, legalBasis, states } = await openCaseOnce(CASE_CODES, ports);
  const { threadId } = await threads.open({
    caseId,
    caseType,
    legalBasis,
    states,
    purpose: 'investigation',
    level: 'informal',
    handlingFloor: 'EN1',
    retentionDays: THREAD_LIMITS.usualRetentionDays,
    suite: GROUP_SUITES.xWing,
    title: THREAD_TITLE,
  });
  return threadId;
}

async function attachRecord({ threads }: Desk, threadId: ThreadId, spool: string): Promise<void> {
  const bytes = utf8(RECORD.content);
  const file: FileToSend = {
    name: RECORD.name,
    mediaType: RECORD.mediaType,
    size: bytes.length,
    mark: RECORD.name,
    read: async function* read() {
      yield bytes;
    },
  };
  const files = threads.files({ spool: new DiskSpool(spool), hashing: NODE_HASHING });
  const { text, handling } = RECORD;
  await files.attach(threadId, { files: [file], text, handling: { code: handling } });
}
