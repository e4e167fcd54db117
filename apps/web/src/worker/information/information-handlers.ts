import type { InformationOperation } from '../../protocol/operations.js';
import type { Handlers } from '../dispatch.js';
import type { Workroom } from '../threads/workroom.js';
import { OwnInformation } from './own-information.js';

/** The acts behind every operation of information; a script of its own, which nobody fetches without need. */
export function informationHandlers(room: Workroom): Pick<Handlers, InformationOperation> {
  const information = new OwnInformation(room);
  return {
    'information.focal-points': async (about) => information.focalPoints(about),
    'information.held': async (about) => information.held(about),
    'information.ask': async (question) => information.ask(question),
    'information.answer': async (reply) => information.answer(reply),
    'information.tell': async (telling) => information.tell(telling),
  };
}
