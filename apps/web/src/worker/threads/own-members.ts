import type { HistoryGiving } from '@enlace/client';
import { DomainError, parseBase64Url, parseId, type PersonId, type ThreadId } from '@enlace/kernel';
import { cryptoReady, safetyNumber, type Directory, type SafetySubject } from '@enlace/trust';

import type { ArgsOf, ResultOf, ShownThread } from '../../protocol/operations.js';
import { certificateOf } from '../directory/names.js';
import type { OwnThreads } from './own-threads.js';
import type { Workroom } from './workroom.js';

/** Nobody certifies the person any more. */
class NotCertified extends DomainError {
  override readonly code = 'person.not-certified';
  override readonly kind = 'absent';
}

/** What is done about people of a thread. Throws as `Threads.giveHistory`, `person.not-certified`. */
export class OwnMembers {
  constructor(
    private readonly room: Workroom,
    private readonly threads: OwnThreads,
  ) {}

  /** Sixty digits that two people compare aloud, of this person and another. */
  async safety({ personId }: ArgsOf<'thread.safety'>): Promise<ResultOf<'thread.safety'>> {
    await cryptoReady();
    return this.room.look(async ({ seat, directory }) => {
      const self = subjectOf(directory(), seat.profile.personId ?? '');
      return { digits: safetyNumber(self, subjectOf(directory(), personId)).digits };
    });
  }

  /** What of a part of the log could be given as history. */
  async preview({
    threadId,
    ...asked
  }: ArgsOf<'thread.preview-history'>): Promise<ResultOf<'thread.preview-history'>> {
    return this.room.work(async ({ threads }) => {
      const giving = givingOf({ ...asked, basis: 'case-joined' });
      const { ranges, excluded } = await threads.previewHistory(parseId(threadId), giving);
      return {
        ranges: ranges.map(({ fromSeq, toSeq }) => ({ fromSeq, toSeq })),
        excluded: excluded.map(({ fromSeq, toSeq }) => ({ fromSeq, toSeq })),
      };
    });
  }

  /** Gives history: whoever sits there shows it for each part without a gap. */
  async give({ threadId, ...asked }: ArgsOf<'thread.give-history'>): Promise<ShownThread> {
    return this.threads.after(threadId, async ({ threads, seat: { session, show } }, id) =>
      threads.giveHistory(id, givingOf(asked), { session, show }),
    );
  }

  /** What stopped a thread at any time, as it came. */
  async evidence({ threadId }: ArgsOf<'thread.evidence'>): Promise<ResultOf<'thread.evidence'>> {
    return this.room.look(async ({ threads }) => {
      const kept = await threads.evidence(parseId<ThreadId>(threadId));
      return { evidence: kept.map((one) => JSON.stringify(one)) };
    });
  }
}

function givingOf({
  personId,
  ...range
}: Omit<ArgsOf<'thread.give-history'>, 'threadId'>): HistoryGiving {
  return { toPersonId: parseId<PersonId>(personId), ...range };
}

function subjectOf(directory: Directory, personId: string): SafetySubject {
  const certificate = certificateOf(directory, personId);
  const authority = certificate && directory.authorities.get(certificate.state);
  if (!certificate || !authority) throw new NotCertified('nobody certifies the person');
  const { state, identityKey } = certificate;
  return {
    state,
    personId: parseId<PersonId>(personId),
    firstRootKey: parseBase64Url(authority.firstRootKey),
    identityKey: parseBase64Url(identityKey),
  };
}
