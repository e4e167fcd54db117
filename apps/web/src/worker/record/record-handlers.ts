import type { RecordOperation } from '../../protocol/operations.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import type { Handlers } from '../dispatch.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount } from '../session/account.js';
import { AlertDesk } from './alert-desk.js';
import { RecordExports } from './record-exports.js';
import { AccessRecord } from './record.js';

/** The acts behind every operation on the access record; a script of its own. */
export function recordHandlers(
  keeper: Keeper,
  account: OwnAccount,
  directory: OwnDirectory,
): Pick<Handlers, RecordOperation> {
  const record = new AccessRecord(keeper, account, directory);
  const alerts = new AlertDesk(account);
  const exports = new RecordExports(record, { keeper, account, directory });
  return {
    'record.search': async (asked) => record.search(asked),
    'record.show': async ({ eventId }) => record.show(eventId),
    'record.view': async (asked) => record.view(asked),
    'record.integrity': async () => record.integrity(),
    'record.own': async ({ before }) => record.own(before),
    'record.alerts': async ({ step }) => alerts.list(step),
    'record.move-alert': async (move) => alerts.move(move),
    'record.ask-export': async (wanted) => exports.ask(wanted),
    'record.asked-exports': async () => exports.list(),
    'record.take-export': async (named) => exports.take(named),
    'record.approve-export': async (named) => exports.approve(named),
  };
}
