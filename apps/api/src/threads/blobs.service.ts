import { THREAD_LIMITS } from '@enlace/contracts';
import type { BlobParams } from '@enlace/contracts/dto';
import {
  equalBytes,
  parseBase64Url,
  parseId,
  sha256,
  toBase64Url,
  type Clock,
  type ThreadId,
} from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { BlobsRepository } from './blobs.repository.js';
import { aboutThread, actionOf } from './judging/thread-about.js';
import { ThreadsRepository, type SeenThread } from './threads.repository.js';

/** What is too long for an entry, and is named there by its hash: packages, grants, large commits. All sealed. */
@Injectable()
export class Blobs {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly threads: ThreadsRepository,
    private readonly repository: BlobsRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Ahead of its entry. Throws `thread.not-found`, `blob.refused`, `blob.too-many`. */
  async stage(act: ActContext, { id, sha256: name }: BlobParams, bytes: Uint8Array): Promise<void> {
    const threadId = parseId<ThreadId>(id);
    const hash = parseBase64Url(name);
    await this.acts.run(act, async (at) => {
      const thread = await this.#find(at, threadId, 'entry.stage');
      const isWhole = bytes.length > 0 && bytes.length <= THREAD_LIMITS.blob;
      if (!isWhole || !equalBytes(sha256(bytes), hash)) throw new Refusal('blob.refused');
      const most = THREAD_LIMITS.stagedBlobs;
      const nowMs = this.clock.nowMs();
      const staged = { threadId, sha256: hash, bytes, most, nowMs };
      if (!(await this.repository.stage(at.tx, staged))) throw new Refusal('blob.too-many');
      await this.audit.record(at, {
        type: 'entry.staged',
        outcome: 'success',
        ...place(thread),
        fields: { sha256: toBase64Url(hash), bytes: bytes.length },
      });
    });
  }

  /** Throws `thread.not-found`, `blob.not-found`. */
  async fetch(act: ActContext, { id, sha256: name }: BlobParams): Promise<Uint8Array> {
    const threadId = parseId<ThreadId>(id);
    return this.acts.run(act, async (at) => {
      const thread = await this.#find(at, threadId, 'entry.fetch');
      const blob = await this.repository.find(at.tx, threadId, parseBase64Url(name));
      if (blob === null) throw new Refusal('blob.not-found');
      const { bytes, grantId } = blob;
      const about = { outcome: 'success', ...place(thread) } as const;
      if (grantId === null) {
        const fields = { firstSeq: 0, lastSeq: 0, count: 1, mode: 'blob' };
        await this.audit.record(at, { ...about, type: 'entry.fetched', fields });
      } else {
        await this.audit.record(at, {
          ...about,
          type: 'history-grant.fetched',
          fields: { grantId },
        });
      }
      return bytes;
    });
  }

  async #find(
    at: ActTransaction,
    threadId: ThreadId,
    action: 'entry.fetch' | 'entry.stage',
  ): Promise<SeenThread> {
    const thread = await this.threads.find(at.tx, threadId);
    if (thread === null) throw new Refusal('thread.not-found');
    this.permissions.assert(at, actionOf(action, thread.standing), {
      about: aboutThread(thread),
      absent: 'thread.not-found',
    });
    return thread;
  }
}

function place({ threadId, caseId, originator, states }: SeenThread) {
  const object = { type: 'thread', id: threadId, ownerState: originator } as const;
  return { object, states, threadId, caseId };
}
