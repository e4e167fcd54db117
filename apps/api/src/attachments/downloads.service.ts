import { Readable } from 'node:stream';

import { ATTACHMENT_LIMITS, type AttachmentTicketed, type AuditEvent } from '@enlace/contracts';
import type { AttachmentParams } from '@enlace/contracts/dto';
import { newId } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { assertTicket, coveredBy, issueTicket } from '../platform/access/tickets.js';
import type { SessionContext } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import { Refusal } from '../platform/problem/refusal.js';
import { SERVER_WORK, type ServerWork } from '../platform/server-work.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { Threads, type SeenThread } from '../threads/threads.service.js';
import { ATTACHMENT_STORE, type AttachmentStore, type Stretch } from './store/attachment-store.js';
import { AttachmentsRepository, type FileId, type ReadableFile } from './attachments.repository.js';
import { readRange } from './content-range.js';
import { fileIn, fileOf, ticketFor } from './file-names.js';
import { CountedBytes, Transfers } from './transfers.js';

/** A part of a file on its way, and the act that covers it. */
export interface SentPart extends Stretch {
  readonly bytes: Readable;
  readonly length: number;
  readonly eventId: string;
  /** To be told once, when the connection has taken all of it or is gone. */
  readonly ended: (isWhole: boolean) => Promise<void>;
}

/** What downloads are done with. */
@Injectable()
export class DownloadPorts {
  constructor(
    @Inject(ATTACHMENT_STORE) readonly store: AttachmentStore,
    @Inject(SERVER_WORK) readonly work: ServerWork,
    readonly transfers: Transfers,
  ) {}
}

/** The way of a sealed file to whoever may read an entry that names it. */
@Injectable()
export class Downloads {
  constructor(
    private readonly acts: Acts,
    private readonly threads: Threads,
    private readonly repository: AttachmentsRepository,
    private readonly audit: AuditRecorder,
    private readonly ports: DownloadPorts,
  ) {}

  /**
   * The right to fetch one file: on record with its purpose, as the upper bound of what is read with it. Throws
   * `thread.not-found`, `attachment.not-found`, `purpose.required`.
   */
  async ticket(act: ActContext, params: AttachmentParams): Promise<AttachmentTicketed> {
    const { clock, random } = this.ports.work;
    const file = fileOf(params);
    return this.acts.run(act, async (at) => {
      const thread = await this.threads.find(at, file.threadId, 'attachment.ticket');
      const { length } = await this.#find(at, file);
      const ticketId = newId(clock, random);
      const { eventId } = await this.audit.record(at, {
        type: 'attachment.ticketed',
        outcome: 'success',
        ...fileIn(thread, file),
        fields: { ticketId },
      });
      const expiresAtMs = clock.nowMs() + ATTACHMENT_LIMITS.ticketMs;
      const terms = { eventId, ticketId, from: 0, to: length, expiresAtMs };
      return { ticketId, ...issueTicket(act, ticketFor('download', file), terms) };
    });
  }

  /**
   * A part of a file, at most `ATTACHMENT_LIMITS.answerBytes` of what was asked for, so that no answer outlasts a
   * session by long. That it is fetched is on record before the first byte, and what became of it after the last.
   * Throws `ticket.refused`, `attachment.not-found`, `attachment.range`, `rate.limited`.
   */
  async fetch(
    act: ActContext,
    params: AttachmentParams,
    range: string | undefined,
  ): Promise<SentPart> {
    const { store, transfers, work } = this.ports;
    const file = fileOf(params);
    const sent = await this.acts.run(act, async (at) => {
      const part = { from: 0, to: 0, nowMs: work.clock.nowMs() };
      const { eventId, ticketId, to: end } = assertTicket(act, ticketFor('download', file), part);
      const thread = await this.threads.find(at, file.threadId, 'entry.fetch');
      const { key, length } = await this.#find(at, file);
      const { from, to } = cut(readRange(range, Math.min(length, end)));
      await this.audit.record(
        { ...at, act: coveredBy(act, eventId) },
        {
          type: 'attachment.fetched',
          outcome: 'success',
          ...fileIn(thread, file),
          fields: { ticketId, from, to },
        },
      );
      const session = getSession(at);
      return { key, length, from, to, eventId, ticketId, thread, session };
    });
    const finish = transfers.begin(sent.session.deviceId);
    const bytes = await store.read(sent.key, sent).catch((error: unknown) => {
      finish();
      throw error;
    });
    const counted = new CountedBytes(bytes, sent.to - sent.from);
    const ended = async (isWhole: boolean): Promise<void> => {
      finish();
      bytes.destroy();
      await this.#recordDelivered(act, file, { ...sent, isWhole, bytesSent: counted.count });
    };
    return { ...sent, bytes: Readable.from(counted, { objectMode: false }), ended };
  }

  async #find(at: ActTransaction, file: FileId): Promise<ReadableFile> {
    const found = await this.repository.findReadable(at.tx, file);
    if (found === null) throw new Refusal('attachment.not-found');
    return found;
  }

  /**
   * In the name of the session that fetched, whether it stands still or has ended meanwhile: what the connection took
   * it took. What was asked for stands on record already.
   */
  async #recordDelivered(
    act: ActContext,
    file: FileId,
    delivered: {
      readonly eventId: string;
      readonly ticketId: string;
      readonly thread: SeenThread;
      readonly session: SessionContext;
      readonly bytesSent: number;
      readonly isWhole: boolean;
    },
  ): Promise<void> {
    const { eventId, ticketId, thread, session, bytesSent, isWhole } = delivered;
    const { database, log, writer } = this.ports.work;
    const part = { ...coveredBy(act, eventId), proof: null };
    const event: AuditEvent<'attachment.delivered'> = {
      type: 'attachment.delivered',
      outcome: 'success',
      ...fileIn(thread, file),
      fields: { ticketId, bytesSent, complete: isWhole },
    };
    try {
      await database.asServer(async (tx) =>
        writer.write({ tx, session, act: part }, event, { signer: null, primary: null }),
      );
    } catch (error) {
      log.warn('attachment.delivery-unrecorded', errorFields(error));
    }
  }
}

function cut({ from, to }: Stretch): Stretch {
  return { from, to: Math.min(to, from + ATTACHMENT_LIMITS.answerBytes) };
}
