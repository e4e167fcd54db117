import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';

import {
  ATTACHMENT_LIMITS,
  attachmentLength,
  isAttachmentLength,
  type AttachmentReserved,
} from '@enlace/contracts';
import type {
  AttachmentParams,
  CompleteAttachmentRequest,
  ReserveAttachmentRequest,
} from '@enlace/contracts/dto';
import { equalBytes, parseBase64Url, toBase64Url, toHex } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { assertTicket, issueTicket } from '../platform/access/tickets.js';
import { SessionEnded } from '../platform/database/database-errors.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { Threads } from '../threads/threads.service.js';
import { fileIn, fileOf, ticketFor } from './file-names.js';
import { AttachmentsRepository, type FileId, type Upload } from './attachments.repository.js';
import { UploadPorts } from './upload-ports.js';

const KEY_BYTES = 32;

/** The way of a sealed file into the store: reserved, part by part, completed. */
@Injectable()
export class Uploads {
  constructor(
    private readonly acts: Acts,
    private readonly threads: Threads,
    private readonly repository: AttachmentsRepository,
    private readonly audit: AuditRecorder,
    private readonly ports: UploadPorts,
  ) {}

  /**
   * A place for a file, and the ticket that its parts travel under; asked for again, a new ticket and where the upload
   * stands. Throws `thread.not-found`, `attachment.quota`, `attachment.conflict` and `storage.full`.
   */
  async reserve(
    act: ActContext,
    id: string,
    { attachmentId, length }: ReserveAttachmentRequest,
  ): Promise<AttachmentReserved> {
    const { store, config, clock, random } = this.ports;
    const file = fileOf({ id, attachmentId });
    return this.acts.run(act, async (at) => {
      const thread = await this.threads.find(at, file.threadId, 'attachment.upload');
      const { file: mostOfFile, case: mostOfCase, state: mostOfState } = config.attachments.most;
      if (!isAttachmentLength(length)) throw new Refusal('body.malformed');
      if (length > attachmentLength(mostOfFile)) throw overQuota('file', mostOfFile);
      await store.assertRoom(length);
      const key = toHex(random.bytes(KEY_BYTES));
      const asked = { key, length, mostOfCase, mostOfState, nowMs: clock.nowMs() };
      const outcome = await this.repository.reserve(at.tx, file, asked);
      if (outcome === 'case') throw overQuota('case', mostOfCase);
      if (outcome === 'state') throw overQuota('state', mostOfState);
      const upload = outcome === 'reserved' ? await this.repository.lock(at.tx, file) : null;
      if (upload === null) throw new Refusal('attachment.conflict');
      const { eventId } = await this.audit.record(at, {
        type: 'attachment.reserved',
        outcome: 'success',
        ...fileIn(thread, file),
        fields: { bytes: length },
      });
      const expiresAtMs = clock.nowMs() + ATTACHMENT_LIMITS.uploadMs;
      const terms = { eventId, from: 0, to: length, expiresAtMs };
      const { partBytes } = ATTACHMENT_LIMITS;
      const ticketed = issueTicket(act, ticketFor('upload', file), terms);
      return { partBytes, offset: upload.received, ...ticketed };
    });
  }

  /**
   * The next bytes of an upload; resolves with where the ones after them begin. The row of the file is held meanwhile.
   * Killed after the store has them and before the commit, they are written again at the same place. Throws
   * `ticket.refused`, `attachment.not-found`, `attachment.offset`, `storage.full` and `rate.limited`.
   */
  async receive(
    act: ActContext,
    params: AttachmentParams,
    { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<number> {
    const file = fileOf(params);
    return this.acts.run(act, async (at) => {
      const end = this.ports.transfers.begin(getSession(at).deviceId);
      try {
        const to = offset + bytes.length;
        this.#assertTicket(act, file, { from: offset, to });
        const upload = await this.#lock(at, file);
        if (to <= upload.received && (await this.#hasAlready(upload, { offset, bytes }))) {
          return upload.received;
        }
        if (offset !== upload.received || bytes.length === 0) throw wrongOffset(upload);
        await this.ports.store.write(upload.key, offset, bytes);
        await this.repository.receive(at.tx, file, { from: offset, to });
        return to;
      } finally {
        end();
      }
    });
  }

  /** Where the next part begins. Throws `ticket.refused` and `attachment.not-found`. */
  async offset(act: ActContext, params: AttachmentParams): Promise<number> {
    const file = fileOf(params);
    return this.acts.run(act, async (at) => {
      this.#assertTicket(act, file, { from: 0, to: 0 });
      return (await this.#lock(at, file)).received;
    });
  }

  /**
   * Ends an upload: the hash covers all of its parts, and is compared with what lies in the store. Asked for again,
   * it says the same. Throws `attachment.not-found`, `attachment.incomplete` and `attachment.hash`.
   */
  async complete(
    act: ActContext,
    params: AttachmentParams,
    { ciphertextSha256 }: CompleteAttachmentRequest,
  ): Promise<void> {
    const file = fileOf(params);
    const found = await this.#hash(act, file);
    await this.acts.run(act, async (at) => {
      const thread = await this.threads.find(at, file.threadId, 'attachment.upload');
      const upload = await this.#lock(at, file);
      if (upload.received < upload.length) throw new Refusal('attachment.incomplete');
      const sha256 = upload.sha256 ?? found;
      if (sha256 === null || !equalBytes(sha256, parseBase64Url(ciphertextSha256))) {
        throw new Refusal('attachment.hash');
      }
      // First sealed, then complete: killed between the two, it is sealed and is asked for again.
      await this.ports.store.seal(upload.key);
      await this.repository.complete(at.tx, file, { sha256, nowMs: this.ports.clock.nowMs() });
      await this.audit.record(at, {
        type: 'attachment.uploaded',
        outcome: 'success',
        ...fileIn(thread, file),
        fields: { bytes: upload.length, ciphertextHash: toBase64Url(sha256) },
      });
    });
  }

  /**
   * What lies in the store hashes to, read once for an upload whose parts are all there: outside of the act, because
   * gigabytes take longer than a transaction may. Nothing changes an upload that is all there.
   */
  async #hash(act: ActContext, file: FileId): Promise<Uint8Array | null> {
    const { sidHash, proof } = act;
    if (sidHash === null || proof === null) throw new SessionEnded('the act has no session');
    const { database, store, transfers } = this.ports;
    const upload = await database.inSession(sidHash, async (tx) => this.repository.lock(tx, file));
    if (upload === null || upload.received < upload.length) return null;
    if (upload.sha256 !== null) return upload.sha256;
    const end = transfers.begin(proof.deviceId);
    try {
      const hash = createHash('sha256');
      await pipeline(await store.read(upload.key, { from: 0, to: upload.length }), hash);
      const sha256: Uint8Array = hash.digest();
      await database.inSession(sidHash, async (tx) => this.repository.keepHash(tx, file, sha256));
      return sha256;
    } finally {
      end();
    }
  }

  #assertTicket(
    act: ActContext,
    file: FileId,
    { from, to }: { readonly from: number; readonly to: number },
  ): void {
    const nowMs = this.ports.clock.nowMs();
    assertTicket(act, ticketFor('upload', file), { from, to, nowMs });
  }

  async #lock(at: ActTransaction, file: FileId): Promise<Upload> {
    const upload = await this.repository.lock(at.tx, file);
    if (upload === null) throw new Refusal('attachment.not-found');
    return upload;
  }

  async #hasAlready(
    { key }: Upload,
    { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
  ): Promise<boolean> {
    if (bytes.length === 0) return true;
    const kept = await this.ports.store.read(key, { from: offset, to: offset + bytes.length });
    const parts: Buffer[] = [];
    for await (const part of kept) parts.push(part);
    return Buffer.concat(parts).equals(bytes);
  }
}

function overQuota(of: 'file' | 'case' | 'state', bytes: number): Refusal {
  return new Refusal('attachment.quota', { facts: { of, bytes } });
}

function wrongOffset({ received }: Upload): Refusal {
  return new Refusal('attachment.offset', { facts: { offset: received } });
}
