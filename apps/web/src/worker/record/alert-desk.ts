import { listAlerts, moveAlert } from '@enlace/client';
import type { Alert } from '@enlace/contracts';

import type { ArgsOf, RecordAlert } from '../../protocol/operations.js';
import type { OwnAccount } from '../session/account.js';

/** Alerts of the own State: what the server's rules found, and what people made of it. */
export class AlertDesk {
  constructor(private readonly account: OwnAccount) {}

  /** Throws the refusal of the server and `client.answer-malformed`. */
  async list(step: ArgsOf<'record.alerts'>['step']): Promise<RecordAlert[]> {
    const { session } = await this.account.seat();
    return (await listAlerts(session, step)).map(shown);
  }

  /** Throws as `list`. */
  async move(move: ArgsOf<'record.move-alert'>): Promise<RecordAlert> {
    const { session } = await this.account.seat();
    return shown(await moveAlert(session, move));
  }
}

function shown({ numbers, eventIds, ...alert }: Alert): RecordAlert {
  return { ...alert, numbers: [...numbers], eventIds: [...eventIds] };
}
