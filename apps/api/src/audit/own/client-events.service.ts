import type { ClientEventsTaken } from '@enlace/contracts';
import type {
  ClientEventForm,
  ClientEventsRequest,
  DisputeRequest,
  SignedClientEventInput,
} from '@enlace/contracts/dto';
import { sha256, toBase64Url, utf8, type Clock, type JsonObject } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { CLOCK } from '../../platform/tokens.js';
import { ClientEventsRepository } from './client-events.repository.js';
import { ShownStatements } from './shown-statements.service.js';
import { eventOf } from './stated-event.js';

/** One statement, verified, with the bytes that prove it. */
interface Stated {
  readonly statement: ClientEventForm;
  readonly attest: JsonObject;
}

/** What devices say under their own signature: kept as they said it, beside what the server saw. */
@Injectable()
export class ClientEvents {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly shown: ShownStatements,
    private readonly repository: ClientEventsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * All of them or none: whoever sends them again after a refusal or a lost answer gets one event a statement. Throws
   * `client-event.refused` with the place of the first that the device of the session did not sign in this form.
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
      for (const stated of read) recorded += await this.#keep(at, directory, stated);
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
      const recorded = await this.#keep(at, directory, { statement, attest });
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

  /** 1 when it became an event. */
  async #keep(
    at: ActTransaction,
    directory: Directory,
    { statement, attest }: Stated,
  ): Promise<number> {
    const receivedAtMs = this.clock.nowMs();
    if (!(await this.repository.take(at.tx, statement.id, receivedAtMs))) return 0;
    const event = await eventOf(statement, {
      directory,
      session: getSession(at),
      aliasOf: async (person) => this.audit.findAlias(at, person),
      findFile: async (file) => this.repository.findFile(at.tx, file),
      findThread: async (threadId) => this.repository.findThread(at.tx, threadId),
    });
    await this.audit.recordStated(at, event, { attest, receivedAtMs });
    return 1;
  }
}

function refused(index: number): Refusal {
  return new Refusal('client-event.refused', { facts: { index } });
}

function batchHashOf(statements: readonly SignedClientEventInput[]): string {
  const lines = statements.map(({ body, sig }) => `${body}.${sig}\n`);
  return toBase64Url(sha256(utf8(lines.join(''))));
}
