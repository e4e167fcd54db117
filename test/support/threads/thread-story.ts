import { GROUP_SUITES, type ThreadChange, type ThreadState } from '@enlace/contracts';
import {
  formatInstant,
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import { strictPolicy } from '@enlace/testing';

import type { SeatedServer } from '../sessions/seated-device.js';
import { startSessionServer, type SessionServer } from '../sessions/session-server.js';
import type { Shared } from './group-part.js';
import { ThreadHand, type DeviceOf } from './thread-hand.js';

const DAY_MS = 86_400_000;

/** A server whose Panama allows devices for the command line again: those of the hands. */
export async function startThreadServer(
  env: Readonly<Record<string, string>> = {},
): Promise<SessionServer> {
  const api = await startSessionServer(env);
  api.region.add(strictPolicy('PA', { allowCliDevices: true, maxDevices: 16 }), ['root:PA']);
  await api.logStatements();
  api.region.witness();
  return api;
}

/** A case of Costa Rica with Panama, and a thread in it that Rosa has opened. */
export class ThreadStory {
  private constructor(
    readonly api: SeatedServer,
    readonly caseId: string,
    readonly rosa: ThreadHand,
  ) {}

  get shared(): Shared {
    return this.rosa.shared;
  }

  static async begin(
    api: SeatedServer,
    policy: Partial<ThreadState['policy']> = {},
    opener: DeviceOf = 'cr-rosa',
  ): Promise<ThreadStory> {
    const shared = emptyShared(api);
    const rosa = await ThreadHand.of(api, opener, shared);
    const caseId = newId(systemClock, systemRandom);
    await rosa.device.send({
      method: 'POST',
      path: '/cases',
      body: { caseId, caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' },
    });
    await api.database.asAdmin('UPDATE app.cases SET states = $2 WHERE case_id = $1', [
      caseId,
      policy.states ?? shared.state.policy.states,
    ]);
    const story = new ThreadStory(api, caseId, rosa);
    const opened = await rosa.open(caseId, policy);
    if (opened.status !== 200) throw new Error(`not opened: ${opened.text}`);
    return story;
  }

  /** Signed in, and in the same thread as far as it is known past the server. */
  async hand(who: DeviceOf, at: SeatedServer = this.api): Promise<ThreadHand> {
    return ThreadHand.of(at, who, this.shared);
  }

  invite(personId: PersonId): Extract<ThreadChange, { op: 'invite' }> {
    return {
      op: 'invite',
      invitationId: newId(systemClock, systemRandom),
      personId,
      role: 'member',
      expiresAt: formatInstant(this.api.clock.nowMs() + 7 * DAY_MS),
    };
  }

  /** Rosa invites, and the invited person takes a leaf. */
  async joinedBy(
    who: DeviceOf,
    others: readonly ThreadHand[] = [],
    at: SeatedServer = this.api,
  ): Promise<ThreadHand> {
    const hand = await this.hand(who, at);
    const change = this.invite(hand.personId);
    const invited = await this.rosa.push(await this.rosa.commit([change]), others);
    if (invited.status !== 200) throw new Error(`not invited: ${invited.text}`);
    await hand.read();
    const { invitationId } = change;
    const join = { op: 'join', invitationId, deviceId: hand.deviceId } as const;
    const made = await hand.commit([join], { shape: 'join' });
    const joined = await hand.push(made, [this.rosa, ...others]);
    if (joined.status !== 200) throw new Error(`not joined: ${joined.text}`);
    return hand;
  }
}

function emptyShared(api: SeatedServer): Shared {
  const threadId = newId<ThreadId>(systemClock, systemRandom);
  const state: ThreadState = {
    v: 1,
    threadId,
    caseId: newId(systemClock, systemRandom),
    incarnation: 0,
    epoch: 0,
    suite: GROUP_SUITES.x25519,
    policy: {
      originator: 'CR',
      states: ['CR', 'PA'],
      purpose: 'investigation',
      legalBasis: 'UNTOC-18',
      caseType: 'migrant-smuggling',
      level: 'informal',
      handlingFloor: 'EN1',
      openedAt: formatInstant(api.clock.nowMs()),
      retentionDays: 1_096,
    },
    members: [],
    invitations: [],
  };
  return {
    threadId,
    groupInfo: new Uint8Array(),
    author: newRandomId(systemRandom),
    epochKey: new Uint8Array(32),
    state,
  };
}
