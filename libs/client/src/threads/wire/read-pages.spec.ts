import { describe, expect, it } from '@jest/globals';
import {
  newId,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
  type ThreadId,
} from '@enlace/kernel';

import { serverProblem } from '../../server-problem.js';
import type { Proving } from '../../session/session.js';
import type { ClientRequest } from '../../transport/http-transport.js';
import { PageReader } from './read-pages.js';

const threadId = parseId<ThreadId>(newId(systemClock, systemRandom));
const hash = toBase64Url(new Uint8Array(32));
const refusal = (code: string, status: number) => serverProblem({ code, status, title: code });

const page = (pageToken?: string): JsonObject => ({
  entries: [],
  before: hash,
  head: { seq: 9, epoch: 1, incarnation: 0, chain: hash },
  beacons: [],
  ...(pageToken === undefined ? {} : { pageToken }),
});

/** A server that answers in turn, and how it was asked. */
function answering(...answers: readonly (JsonObject | Error)[]) {
  const asked: (ClientRequest & { readonly proving: Proving })[] = [];
  const left = [...answers];
  const session = {
    request: async (request: ClientRequest, proving: Proving) => {
      asked.push({ ...request, proving });
      const answer = left.shift();
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked again');
      return answer;
    },
    requestOctets: async () => new Uint8Array(),
  };
  return { asked, reader: new PageReader(session, threadId) };
}

describe('the pages of one look at a log', () => {
  it('are one read with one proof: the others come by the ticket of the page before', async () => {
    const { asked, reader } = answering(page('eins'), page('zwei'), page());
    for (const after of [0, 3, 6]) await reader.after(after);
    expect(asked.map(({ proving, headings }) => [proving, headings])).toEqual([
      ['background', {}],
      ['none', { 'enlace-ticket': 'eins' }],
      ['none', { 'enlace-ticket': 'zwei' }],
    ]);
    expect(asked.map(({ path, query }) => [path.split('/').at(-1), query?.['after']])).toEqual([
      ['entries', '0'],
      ['pages', '3'],
      ['pages', '6'],
    ]);
    expect(asked[1]?.query).toEqual({ after: '3' });
  });

  it('begin anew with a proof where a ticket is over', async () => {
    const { asked, reader } = answering(page('alt'), refusal('ticket.refused', 403), page());
    await reader.after(0);
    await reader.after(3);
    expect(asked.map(({ proving }) => proving)).toEqual(['background', 'none', 'background']);
    expect(asked[2]?.query).toMatchObject({ after: '3' });
  });

  it('are smaller while the server is behind with its record', async () => {
    const behind = refusal('audit.backlogged', 503);
    const { asked, reader } = answering(behind, page(), page());
    await reader.after(0);
    await reader.after(100);
    const whole = { after: '0', through: `${Number.MAX_SAFE_INTEGER}` };
    const parts = [
      { after: '0', limit: '100' },
      { after: '100', limit: '100' },
    ];
    expect(asked.map(({ query }) => query)).toEqual([whole, ...parts]);
  });

  it('are no more when the server refuses for any other reason', async () => {
    const { reader } = answering(refusal('thread.not-found', 404));
    await expect(reader.after(0)).rejects.toMatchObject({ code: 'thread.not-found' });
  });
});
