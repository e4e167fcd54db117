import type { StateCode } from '@enlace/contracts';
import { isDomainError, type Clock } from '@enlace/kernel';
import { verifyPerson, type Directory } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { People } from '../people/people.service.js';
import type { ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { SessionEndings } from '../platform/realtime/session-endings.js';
import { CLOCK } from '../platform/tokens.js';

/** What ends with a registrar who was revoked. */
@Injectable()
export class FallenSessions {
  constructor(
    private readonly log: DirectoryLog,
    private readonly people: People,
    private readonly sessions: SessionEndings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Ends the sessions of the registrar, and those of everybody whose certificate counted before and does not any more.
   * The last step of the act.
   */
  async end(
    at: ActTransaction,
    fell: { readonly state: StateCode; readonly before: Directory; readonly registrarId: string },
  ): Promise<void> {
    const after = await this.log.current(at.tx);
    const nowMs = this.clock.nowMs();
    const people = await this.people.everybodyOf(at, fell.state);
    const fallen = people.filter(
      (id) => stands(fell.before, id, nowMs) && !stands(after, id, nowMs),
    );
    const ending = [...new Set([...fallen, fell.registrarId])];
    const own = getSession(at).personId;
    // Whoever carried the statement in may fall with it: that session speaks until the end.
    for (const personId of ending.toSorted((a, b) => Number(a === own) - Number(b === own))) {
      await this.sessions.revoke(at, { personId });
    }
  }
}

function stands(directory: Directory, personId: string, nowMs: number): boolean {
  try {
    verifyPerson(directory, personId, { nowMs });
    return true;
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return false;
  }
}
