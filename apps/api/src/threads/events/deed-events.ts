import type { EntryHeader } from '@enlace/contracts';
import { isDomainError, type PersonId } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../../platform/access/act.js';
import { hintAfterCommit } from '../../platform/bus/hint.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import type { ErasedContent, LifeChange, Redaction } from '../judging/deeds.js';
import type { GivenHistory } from '../judging/history.js';
import { keptUntil, type LockedThread } from '../judging/locked-thread.js';
import type { TakenEntry } from '../judging/taken-entry.js';
import { namedBy, placeOf, type Naming } from './event-place.js';

/** Sequences that one event names, so that its section keeps below its limit. */
const SEQS_OF_EVENT = 100;

/** What refuses a commit as one: it came second, or has not the form of one that may follow. */
const COMMIT_REFUSALS = ['entry.stale-epoch', 'commit.invalid'] as const;

/** Records what entries do besides being there: history that is given, bodies that go, the life of the thread. */
@Injectable()
export class DeedEvents {
  constructor(private readonly audit: AuditRecorder) {}

  /** What a thread lost with its content; recorded once it is gone, and counted. */
  async recordErased(
    at: ActTransaction,
    thread: LockedThread,
    { erased, life }: { readonly erased: ErasedContent; readonly life: LifeChange },
  ): Promise<void> {
    hintAfterCommit(at, { shredded: new Set([thread.threadId]) });
    await this.audit.record(at, {
      type: 'thread.erased',
      outcome: 'success',
      ...placeOf(at, thread),
      fields: erased,
      why: { approvals: approversOf(life) },
    });
  }

  async recordRedaction(
    at: ActTransaction,
    thread: LockedThread,
    { targets, reason }: Redaction,
  ): Promise<void> {
    for (let from = 0; from < targets.length; from += SEQS_OF_EVENT) {
      await this.audit.record(at, {
        type: 'entry.redacted',
        outcome: 'success',
        ...placeOf(at, thread),
        fields: { seqs: targets.slice(from, from + SEQS_OF_EVENT), reason },
      });
    }
  }

  /** On its own connection, before the append rolls back. What is not about commits is recorded as any refusal is. */
  async recordRefusedCommit(
    at: ActTransaction,
    thread: LockedThread,
    { header, error }: { readonly header: EntryHeader; readonly error: unknown },
  ): Promise<void> {
    if (header.kind !== 'commit') return;
    const reasonCode = COMMIT_REFUSALS.find((code) => isDomainError(error, code));
    if (reasonCode === undefined) return;
    const rule = isDomainError(error) ? error.facts['rule'] : undefined;
    await this.audit.recordDenied(at.act, {
      type: 'thread.commit-refused',
      outcome: 'failed',
      reasonCode,
      ...(typeof rule === 'string' ? { ruleId: rule } : {}),
      ...placeOf(at, thread),
      fields: { epoch: header.epoch, currentEpoch: thread.epoch },
    });
  }

  async recordLife(
    at: ActTransaction,
    { before, after }: TakenEntry,
    life: LifeChange,
  ): Promise<void> {
    const approvals = approversOf(life);
    const outcome = 'success' as const;
    const why = approvals.length === 0 ? {} : { approvals };
    const about = { outcome, ...placeOf(at, after), why };
    switch (life.action) {
      case 'close':
        await this.audit.record(at, { ...about, type: 'thread.closed', fields: {} });
        return;
      case 'hold':
        await this.audit.record(at, {
          ...about,
          type: 'thread.hold-placed',
          fields: { approvals },
        });
        return;
      case 'release':
        await this.audit.record(at, {
          ...about,
          type: 'thread.hold-lifted',
          fields: { approvals },
        });
        return;
      case 'retain': {
        const fields = { before: keptUntil(before), after: keptUntil(after) };
        await this.audit.record(at, { ...about, type: 'thread.retention-changed', fields });
        return;
      }
      // Recorded when it is done.
      case 'shred':
    }
  }

  async recordHistory(
    at: ActTransaction,
    { grantId, personId, fingerprints, fromEpoch, toEpoch }: GivenHistory,
    where: Omit<Naming, 'personId'>,
  ): Promise<void> {
    const { alias, state } = await namedBy(this.audit, at, { ...where, personId });
    await this.audit.record(at, {
      type: 'history-grant.issued',
      outcome: 'success',
      ...placeOf(at, where.after),
      object: { type: 'history-grant', id: grantId, ownerState: where.after.originator },
      fields: {
        granteeAlias: alias,
        granteeState: state,
        deviceFingerprints: fingerprints,
        epochs: [fromEpoch === toEpoch ? `${fromEpoch}` : `${fromEpoch}-${toEpoch}`],
      },
    });
  }
}

function approversOf({ approvals }: LifeChange): readonly PersonId[] {
  return approvals.map(({ personId }) => personId);
}
