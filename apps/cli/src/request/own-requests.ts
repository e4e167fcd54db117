import {
  citedThreads,
  confirmedFactsOf,
  remindedRequests,
  RequestOpinions,
  RequestRecords,
  RequestWaivers,
  showRequest,
  type RemindedRequest,
  type Session,
  type ThreadRecord,
} from '@enlace/client';
import { findRequestMove, type RequestShown, type State } from '@enlace/contracts';
import { isDomainError, type RequestId, type ThreadId } from '@enlace/kernel';
import { confirmPacks, type ConfirmedPacks, type IsoDate, type PackSet } from '@enlace/mla';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { findText, readArgumentId } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';
import {
  ownStateIn,
  threadPortsOf,
  withOwnThreads,
  type OwnThreads,
} from '../thread/own-threads.js';

/** The requests of a home, and the one that the command names. */
export interface OwnRequests extends OwnThreads {
  readonly records: RequestRecords;
  readonly opinions: RequestOpinions;
  readonly waivers: RequestWaivers;
  /** Of the person, as the directory says. */
  readonly state: State;
}

interface RemindersAsked {
  readonly requests: readonly RequestShown[];
  readonly shipped: PackSet;
  readonly today: IsoDate;
}

/** Works with the requests in the threads of the home. Throws as `withOwnThreads`. */
export async function withOwnRequests(
  invocation: Invocation,
  act: (own: OwnRequests) => Promise<number>,
): Promise<number> {
  await cryptoReady();
  return withOwnThreads(invocation, async (own) => {
    const state = ownStateIn(own.ports);
    const [records, opinions] = [new RequestRecords(own.ports), new RequestOpinions(own.ports)];
    const waivers = new RequestWaivers(own.ports);
    return act({ ...own, state, records, opinions, waivers });
  });
}

/** Tracked requests, with what the drafts that this home has read remind of on a day. */
export async function remindedIn(
  home: EnrolledHome,
  session: Session,
  { requests, shipped, today }: RemindersAsked,
): Promise<readonly RemindedRequest[]> {
  const ports = threadPortsOf(home, session, await openDirectory(home));
  const { packs } = confirmedIn({ ports }, shipped);
  return remindedRequests({ ports, session }, requests, { packs, today });
}

/** Packs as the States confirmed them, by the directory of this home. */
export function confirmedIn(
  { ports }: Pick<OwnThreads, 'ports'>,
  shipped: PackSet,
): ConfirmedPacks {
  return confirmPacks(shipped, confirmedFactsOf(ports.directory()));
}

/** Reads what is new where a draft has its sources. A thread that this person may not read vouches for none. */
export async function readCited({ threads }: OwnThreads, { value }: ThreadRecord): Promise<void> {
  for (const threadId of citedThreads(value)) {
    try {
      await threads.read(threadId);
    } catch (error) {
      if (!isDomainError(error, 'thread.not-found')) throw error;
    }
  }
}

/** The request of the argument. Throws `usage.bad-value`. */
export function requestIn({ argument }: Invocation): RequestId {
  return readArgumentId<RequestId>(argument, 'ID');
}

/** The thread of an option, where it is given. Throws `usage.bad-value`. */
export function findThread({ options }: Invocation, name = 'thread'): ThreadId | null {
  const given = findText(options, name);
  return given === null ? null : readArgumentId<ThreadId>(given, `--${name}`);
}

/** Where the request stands, before anything is done that only a step from there allows. Throws `request.no-step`. */
export async function statusBefore(
  session: Session,
  requestId: RequestId,
  to: RequestShown['status'],
): Promise<RequestShown['status']> {
  const { status } = await showRequest(session, requestId);
  if (findRequestMove(status, to) === null) throw new CliError('request.no-step', { status, to });
  return status;
}
