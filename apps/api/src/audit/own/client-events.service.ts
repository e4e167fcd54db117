import type { ClientEventsTaken } from '@enlace/contracts';
import type {
  ClientEventForm,
  ClientEventsRequest,
  DisputeRequest,
  SignedClientEventInput,
} from '@enlace/contracts/dto';
import { sha256, toBase64Url, utf8 } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { ShownStatements } from './shown-statements.service.js';
import { StatedEvents } from './stated-events.service.js';

/** What devices say under their own signature: kept as they said it, beside what the server saw. */
@Injectable()
export class ClientEvents {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly shown: ShownStatements,
    private readonly stated: StatedEvents,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * All of them or none: whoever sends them again after a refusal or a lost answer gets one event a statement. Throws
   * `client-event.refused` with the place of the first that the device of the session did not sign in this form, and
   * `step-up.required` for custody that is taken over.
   */
  async report(act: ActContext, { statements }: ClientEventsRequest): Promise<ClientEventsTaken> {
    return this.acts.run(act, async (at) => {
      this.#permit(at, 'audit.client-events');
      const directory = await this.shown.currentDirectory(at);
      const read = statements.map((signed, index) => {
        const statement = this.#read(at, directory, { signed, index });
        // Whoever disputes a receipt shows it.
        if (statement.type === 'receipt.disputed') throw refused(index);
        return { statement, attest: { body: signed.body, sig: signed.sig } };
      });
      const { personId, state } = getSession(at);
      await this.audit.record(at, {
        type: 'client.reported',
        outcome: 'success',
        object: { type: 'client', id: personId, ownerState: state },
        states: [state],
        fields: { count: read.length, batchHash: batchHashOf(statements) },
      });
      let recorded = 0;
      for (const one of read) recorded += await this.stated.keep(at, directory, one);
      return { recorded, known: read.length - recorded };
    });
  }

  /**
   * One broken promise, with the receipt that proves it was made. Throws `client-event.refused` also for a statement of
   * another type, for one about another leaf than the receipt's, and for a receipt that no key of this deployment
   * signed: nobody promised anything.
   */
  async dispute(
    act: ActContext,
    { body, sig, receipt }: DisputeRequest,
  ): Promise<ClientEventsTaken> {
    return this.acts.run(act, async (at) => {
      this.#permit(at, 'audit.disputes');
      const directory = await this.shown.currentDirectory(at);
      const statement = this.#read(at, directory, { signed: { body, sig }, index: 0 });
      if (statement.type !== 'receipt.disputed') throw refused(0);
      const promised = this.shown.readPromised(directory, receipt);
      if (!('leafHash' in statement) || statement.leafHash !== promised) throw refused(0);
      const { personId, state } = getSession(at);
      await this.audit.record(at, {
        type: 'client.reported',
        outcome: 'success',
        object: { type: 'client', id: personId, ownerState: state },
        states: [state],
        fields: { count: 1, batchHash: batchHashOf([{ body, sig }]) },
      });
      const attest = { body, sig, receipt };
      const recorded = await this.stated.keep(at, directory, { statement, attest });
      return { recorded, known: 1 - recorded };
    });
  }

  #permit(at: ActTransaction, action: 'audit.client-events' | 'audit.disputes'): void {
    const { personId, state } = getSession(at);
    const about = { type: 'person', id: personId, ownerState: state, personId };
    this.permissions.assert(at, action, { about });
  }

  #read(
    at: ActTransaction,
    directory: Directory,
    { signed, index }: { readonly signed: SignedClientEventInput; readonly index: number },
  ): ClientEventForm {
    const statement = this.shown.read(at, directory, signed);
    if (statement === null) throw refused(index);
    return statement;
  }
}

function refused(index: number): Refusal {
  return new Refusal('client-event.refused', { facts: { index } });
}

function batchHashOf(statements: readonly SignedClientEventInput[]): string {
  const lines = statements.map(({ body, sig }) => `${body}.${sig}\n`);
  return toBase64Url(sha256(utf8(lines.join(''))));
}
