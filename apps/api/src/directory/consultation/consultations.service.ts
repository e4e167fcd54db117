import {
  CONSULTATION_LIMITS,
  type ContactsProposed,
  type DirectoryFound,
  type PersonProfile,
} from '@enlace/contracts';
import type { DirectorySearchRequest } from '@enlace/contracts/dto';
import { Injectable } from '@nestjs/common';

import type { ActContext, ActTransaction } from '../../platform/access/act.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Permissions } from '../../platform/access/permissions.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { ConsultationsRepository } from './consultations.repository.js';

/** Consulting the directory on the server: for a purpose, on record, and the only way to a telephone or a mail. */
@Injectable()
export class Consultations {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly repository: ConsultationsRepository,
    private readonly audit: AuditRecorder,
  ) {}

  /**
   * People and contacts that match all of the filter. Throws `body.malformed` for a filter of nothing, since a search
   * is no list; `purpose.required`, `access.denied`.
   */
  async search(act: ActContext, filter: DirectorySearchRequest): Promise<DirectoryFound> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      this.permissions.assert(at, 'directory.search', {
        about: { type: 'directory', id: 'directory', ownerState: state },
      });
      if (wordsOf(filter).length === 0) throw new Refusal('body.malformed');
      const people = await this.repository.searchPeople(at.tx, filter);
      const contacts = await this.repository.searchContacts(at.tx, filter);
      const { rows } = CONSULTATION_LIMITS;
      const found = {
        people: people.slice(0, rows),
        contacts: contacts.slice(0, rows),
        hasMore: people.length > rows || contacts.length > rows,
      };
      await this.#recordSearch(at, wordsOf(filter), found.people.length + found.contacts.length);
      return found;
    });
  }

  /**
   * The contacts that offices of the own State proposed: the foreign ministry approves or rejects what it reads here.
   * Throws `purpose.required`, `access.denied`.
   */
  async listProposals(act: ActContext): Promise<ContactsProposed> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      this.permissions.assert(at, 'directory.search', {
        about: { type: 'directory', id: 'directory', ownerState: state },
      });
      const found = await this.repository.findProposals(at.tx);
      const proposals = found.slice(0, CONSULTATION_LIMITS.rows);
      await this.#recordSearch(at, ['proposals'], proposals.length);
      return { proposals, hasMore: found.length > proposals.length };
    });
  }

  /** A person and how to reach this person. Throws `person.not-found`, `purpose.required`, `access.denied`. */
  async consult(act: ActContext, personId: string): Promise<PersonProfile> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const person = await this.repository.findPerson(at.tx, personId);
      if (person === null) throw new Refusal('person.not-found');
      this.permissions.assert(at, 'person.consult', {
        about: { type: 'person', id: personId, ownerState: person.state },
      });
      const contacts = await this.repository.findContacts(at.tx, person);
      await this.audit.record(at, {
        type: 'person.consulted',
        outcome: 'success',
        object: { type: 'person', id: personId, ownerState: person.state },
        states: [...new Set([state, person.state])].toSorted(),
        fields: { subjectId: personId, subjectState: person.state },
      });
      return { person, contacts };
    });
  }

  async #recordSearch(at: ActTransaction, filter: readonly string[], rows: number): Promise<void> {
    await this.audit.record(at, {
      type: 'directory.searched',
      outcome: 'success',
      object: { type: 'directory', id: 'directory', ownerState: 'XR' },
      states: [getSession(at).state],
      fields: { filter, rows },
    });
  }
}

/** What was asked for, as the auditor will read it: `state=PA`, in the order of the names. */
function wordsOf(filter: DirectorySearchRequest): readonly string[] {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${String(value).normalize('NFC')}`)
    .toSorted();
}
