import type { ResultOf, RequestOperation } from '../../protocol/operations.js';
import type { Handlers } from '../dispatch.js';
import { DRAFTS, OwnDrafts } from '../threads/own-drafts.js';
import type { Workroom } from '../threads/workroom.js';
import { FormalRequests } from './formal-requests.js';
import { OwnRequests } from './own-requests.js';
import { takeStep } from './request-steps.js';
import { SharedRequests } from './shared-requests.js';

type Draft = NonNullable<ResultOf<'request.opinion-draft'>>;
const done = {};

/** The acts behind every operation of requests; a script of its own, which nobody fetches without need. */
export function requestHandlers(room: Workroom): Pick<Handlers, RequestOperation> {
  const requests = new OwnRequests(room);
  const shared = new SharedRequests(room);
  const formal = new FormalRequests(room);
  const drafts = new OwnDrafts<Draft>(room, DRAFTS.opinions);
  return {
    'request.list': async (on) => requests.list(on),
    'request.begin': async (beginning) => requests.begin(beginning),
    'request.open': async (about) => requests.open(about),
    'request.write': async (written) => requests.write(written),
    'request.preview': async (about) => shared.preview(about),
    'request.share': async (sharing) => shared.share(sharing),
    'request.versions': async (about) => shared.versions(about),
    'request.opine': async (given) => shared.opine(given),
    'request.opinion-draft': async ({ requestId }) => drafts.held(requestId),
    'request.keep-opinion': async ({ requestId, draft }) =>
      drafts.keep(requestId, draft).then(() => done),
    'request.waive': async (waiver) => formal.waive(waiver),
    'request.freeze': async (about) => formal.freeze(about),
    'request.export': async (wanted) => formal.export(wanted),
    'request.step': async (step) => takeStep(room, step),
  };
}
