import {
  HANDLING_CODES,
  type ThreadChange,
  type ThreadInvitation,
  type ThreadRole,
  type ThreadState,
} from '@enlace/contracts';
import { canonicalJson, sha256, toBase64Url, utf8 } from '@enlace/kernel';
import type { Directory } from '@enlace/trust';
import { hashLeaf } from '@enlace/tlog';
import { Injectable } from '@nestjs/common';

import type { ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { hintAfterCommit } from '../../platform/bus/hint.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { nodeTlogCrypto } from '../../platform/tlog/node-tlog-crypto.js';
import { Receipts } from '../../platform/tlog/receipts.js';
import type { LockedThread } from '../judging/locked-thread.js';
import type { TakenEntry } from '../judging/taken-entry.js';
import { devicesOf } from '../judging/thread-facts.js';
import { DeedEvents } from './deed-events.js';
import { namedBy, placeOf, type Naming } from './event-place.js';

/** What a change does to an invitation. */
const INVITATION_EVENTS = {
  invite: 'invitation.issued',
  join: 'invitation.accepted',
  withdraw: 'invitation.cancelled',
  lapse: 'invitation.expired',
} as const;

/**
 * Records entries in the transaction that appends them, has them told once it has committed, and signs their receipts
 * over what was recorded.
 */
@Injectable()
export class EntryEvents {
  constructor(
    private readonly audit: AuditRecorder,
    private readonly receipts: Receipts,
    readonly deeds: DeedEvents,
  ) {}

  /** The receipt of an entry, bound to the leaf of its event. */
  async record(at: ActTransaction, taken: TakenEntry, directory: Directory): Promise<Uint8Array> {
    const { placed, after, recipients, commit } = taken;
    const { entry, hash, head, bytes } = placed;
    const { header } = entry;
    const devices = devicesOf(directory, recipients);
    const { leaf } = await this.audit.record(at, {
      type: 'entry.appended',
      outcome: 'success',
      ...placeOf(at, after),
      fields: {
        seq: head.seq,
        epoch: header.epoch,
        kind: header.kind,
        bytes: bytes.length,
        entryHash: toBase64Url(hash),
        handling: HANDLING_CODES[header.handling] ?? 'EN0',
        recipientDevices: devices.length,
        recipientsHash: toBase64Url(sha256(utf8(canonicalJson(recipients)))),
      },
    });
    hintAfterCommit(at, { threads: new Map([[after.threadId, head.seq]]) });
    if (commit !== null) await this.#recordCommit(at, taken, directory);
    if (taken.history !== null)
      await this.deeds.recordHistory(at, taken.history, { after, directory });
    if (taken.redaction !== null) await this.deeds.recordRedaction(at, after, taken.redaction);
    if (taken.life !== null) await this.deeds.recordLife(at, taken, taken.life);
    if (header.kind === 'leave') {
      const leaver = getSession(at).personId;
      await this.#recordMember(at, 'thread.member-left', { after, directory, personId: leaver });
    }
    return this.receipts.signAppend({
      threadId: after.threadId,
      seq: head.seq,
      entryId: header.entryId,
      entryHash: hash,
      chain: head.chain,
      acceptedAtMs: head.acceptedAtMs,
      auditLeafHash: hashLeaf(nodeTlogCrypto, leaf),
    });
  }

  /** An append of entries that are there already: nothing is written but that it was asked again. */
  async recordRepeated(at: ActTransaction, thread: LockedThread, first: TakenHead): Promise<void> {
    await this.audit.record(at, {
      type: 'entry.appended',
      outcome: 'success',
      reasonCode: 'repeated',
      ...placeOf(at, thread),
      fields: {
        seq: first.seq,
        epoch: thread.epoch,
        kind: 'repeated',
        bytes: 0,
        entryHash: toBase64Url(first.entryHash),
        handling: 'EN0',
        recipientDevices: 0,
        recipientsHash: toBase64Url(new Uint8Array(32)),
      },
    });
  }

  /** The opening of a thread, before the entry that opens it. */
  async recordOpening(at: ActTransaction, thread: LockedThread): Promise<void> {
    const { policy, suite } = thread.state;
    await this.audit.record(at, {
      type: 'thread.created',
      outcome: 'success',
      ...placeOf(at, thread),
      fields: { suite, legalBasis: policy.legalBasis, caseType: policy.caseType },
    });
  }

  async #recordCommit(
    at: ActTransaction,
    { before, after, placed, commit }: TakenEntry,
    directory: Directory,
  ): Promise<void> {
    if (commit === null) return;
    const ids = (thread: LockedThread) => thread.state.members.map(({ personId }) => personId);
    const [was, is] = [ids(before), ids(after)];
    const added = is.filter((id) => !was.includes(id));
    const removed = was.filter((id) => !is.includes(id));
    await this.audit.record(at, {
      type: 'thread.epoch-advanced',
      outcome: 'success',
      ...placeOf(at, after),
      fields: {
        epoch: after.epoch,
        added: added.length,
        removed: removed.length,
        commitHash: toBase64Url(placed.hash),
      },
    });
    for (const personId of added) {
      await this.#recordMember(at, 'thread.member-added', { after, directory, personId });
    }
    const { changes } = commit.statement;
    for (const personId of removed) {
      const cause = changes.find((one) => one.op === 'remove' && one.personId === personId);
      const said = cause?.op === 'remove' ? { cause: cause.cause } : {};
      const who = { after, directory, personId, said };
      await this.#recordMember(at, 'thread.member-removed', who);
    }
    for (const change of changes) {
      if (change.op === 'role') {
        const { personId, role } = change;
        const who = { after, directory, personId, said: { role } };
        await this.#recordMember(at, 'thread.role-changed', who);
      }
      const ended = invitationEvent(change, { before: before.state, changes });
      if (ended !== null) await this.#recordInvitation(at, ended, { after, directory });
    }
  }

  async #recordInvitation(
    at: ActTransaction,
    { type, invitation: { personId, role, expiresAt } }: InvitationEvent,
    where: Omit<Naming, 'personId'>,
  ): Promise<void> {
    const { alias, state } = await namedBy(this.audit, at, { ...where, personId });
    await this.audit.record(at, {
      type,
      outcome: 'success',
      ...placeOf(at, where.after),
      fields: { inviteeAlias: alias, inviteeState: state, role, expiresAt },
    });
  }

  async #recordMember(
    at: ActTransaction,
    type: MemberEventType,
    who: Naming & { readonly said?: { readonly role?: ThreadRole; readonly cause?: string } },
  ): Promise<void> {
    const { alias, state } = await namedBy(this.audit, at, who);
    await this.audit.record(at, {
      type,
      outcome: 'success',
      ...placeOf(at, who.after),
      fields: { memberAlias: alias, memberState: state, epoch: who.after.epoch, ...who.said },
    });
  }
}

type MemberEventType =
  'thread.member-added' | 'thread.member-left' | 'thread.member-removed' | 'thread.role-changed';

interface InvitationEvent {
  readonly type: (typeof INVITATION_EVENTS)[keyof typeof INVITATION_EVENTS];
  readonly invitation: Pick<ThreadInvitation, 'personId' | 'role' | 'expiresAt'>;
}

/** What a change does to an invitation of before the commit, or of the same commit; `null` for every other change. */
function invitationEvent(
  change: ThreadChange,
  { before, changes }: { readonly before: ThreadState; readonly changes: readonly ThreadChange[] },
): InvitationEvent | null {
  if (!('invitationId' in change)) return null;
  const { invitationId } = change;
  const issued = changes.filter((one) => one.op === 'invite');
  const known = [...before.invitations, ...issued];
  const invitation = known.find((one) => one.invitationId === invitationId);
  return invitation === undefined ? null : { type: INVITATION_EVENTS[change.op], invitation };
}

interface TakenHead {
  readonly seq: number;
  readonly entryHash: Uint8Array;
}
