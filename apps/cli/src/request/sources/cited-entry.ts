import { RequestSources, type CitedEntry } from '@enlace/client';
import type { ThreadId } from '@enlace/kernel';
import { readArgumentId, readSeq, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import type { GivenRequest } from '../given-request.js';
import type { OwnRequests } from '../own-requests.js';

/** The entry that `--from THREAD --entry SEQ` names. Throws `usage.missing-option`, `usage.bad-value`. */
export function citedIn({ options }: Invocation): Pick<CitedEntry, 'seq' | 'threadId'> {
  return {
    threadId: readArgumentId<ThreadId>(requireText(options, 'from'), '--from'),
    seq: readSeq(requireText(options, 'entry'), '--entry'),
  };
}

/** A draft of what a State answered there, once what is new there was read. Throws `request.no-source`. */
export function answeredIn(invocation: Invocation): (own: OwnRequests) => Promise<GivenRequest> {
  const entry = citedIn(invocation);
  return async ({ ports, threads }) => {
    await threads.read(entry.threadId);
    const request = await new RequestSources(ports).draftOf(entry);
    return { text: `${entry.threadId} ${entry.seq}`, request };
  };
}
