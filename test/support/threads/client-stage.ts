import { setTimeout as pause } from 'node:timers/promises';

import { addStateToCase, listCases, newCaseId, openCase } from '@enlace/client';
import { GROUP_SUITES, type SuiteName, type ThreadRole } from '@enlace/contracts';
import { isDomainError, systemClock, systemRandom, type ThreadId } from '@enlace/kernel';

import { personaOf } from '@enlace/testing';

import { LyingServer } from '../people/lying-server.js';
import { enrolCli } from '../people/region-directory.js';
import type { SessionServer } from '../sessions/session-server.js';
import { ClientMember } from './client-member.js';
import { startThreadServer } from './thread-story.js';

const MINUTE_MS = 60_000;
const TRIES_LIMIT = 300;
const PAUSE_MS = 100;
const CODES = { caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' } as const;

/** A text as a member sends it. */
export const saying = (text: string) =>
  ({ type: 'text', text, handling: { code: 'EN1' } }) as const;

/** A real server behind one that may lie, and three people at the client that we ship. */
export class ClientStage {
  private constructor(
    readonly api: SessionServer,
    readonly liar: LyingServer,
    readonly url: string,
  ) {}

  static async begin(settings: Readonly<Record<string, string>> = {}): Promise<ClientStage> {
    const liar = new LyingServer();
    const url = await liar.start();
    const api = await startThreadServer({ ...settings, PUBLIC_ORIGIN: url });
    liar.standBefore(api.url);
    return new ClientStage(api, liar, url);
  }

  /** `device`: one that was certified beside the first. */
  async member(slug: string, device?: string): Promise<ClientMember> {
    const name = device === undefined ? {} : { name: device };
    return ClientMember.of(this.api, slug, { url: this.url, ...name });
  }

  /** Certifies further devices of a persona, before anybody has signed in: a day passes. */
  async certify(slug: string, names: readonly string[]): Promise<void> {
    for (const name of names) enrolCli(this.api.region, personaOf(slug), name);
    await this.api.logStatements();
    this.api.region.witness();
  }

  /** Time for the limits of the server; those who are there show that they are. */
  async minutePasses(...present: readonly ClientMember[]): Promise<void> {
    this.api.clock.ms += MINUTE_MS;
    for (const { session } of present) await untilServed(async () => listCases(session));
  }

  honestly(): void {
    this.liar.lie = ({ text }) => text;
    this.liar.lieInOctets = ({ octets }) => octets;
    this.liar.status = ({ status }) => status;
    this.liar.refuse = () => false;
    this.liar.answer = () => null;
  }

  /** A case of Costa Rica with Panama, and a thread in it that somebody opens. */
  async opened(
    by: ClientMember,
    suite: SuiteName = GROUP_SUITES.x25519,
    retentionDays = 365,
  ): Promise<ThreadId> {
    const caseId = newCaseId({ clock: systemClock, random: systemRandom });
    await openCase(by.session, { caseId, ...CODES });
    await addStateToCase(by.session, { caseId, state: 'PA' }, by.presence);
    const { threadId } = await by.threads.open({
      caseId,
      ...CODES,
      states: ['CR', 'PA'],
      purpose: 'investigation',
      level: 'informal',
      handlingFloor: 'EN0',
      retentionDays,
      suite,
      title: 'Caso Frontera',
    });
    return threadId;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.liar.stop();
  }
}

/** `by` invites, and the invited person joins. */
export async function letIn(
  threadId: ThreadId,
  {
    by,
    who,
    role = 'member',
  }: { readonly by: ClientMember; readonly who: ClientMember; readonly role?: ThreadRole },
): Promise<void> {
  await by.threads.invite(threadId, { personId: who.own.personId, role, days: 7 });
  await who.threads.join(threadId);
}

/** To a server whose clock has jumped, its record is behind until it has drained. */
async function untilServed(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries > TRIES_LIMIT || !isDomainError(error, 'service.unavailable')) throw error;
      await pause(PAUSE_MS);
    }
  }
}
