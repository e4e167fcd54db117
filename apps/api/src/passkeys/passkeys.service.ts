import type { PasskeyOptions, PasskeyProof, StateCode } from '@enlace/contracts';
import { parseId, type Clock, type DeviceId, type PersonId } from '@enlace/kernel';
import { policyOf, registrationChallenge, StatementRefused, type DeviceCert } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { TakenChallenge } from '../challenges/challenge-hash.js';
import { Challenges } from '../challenges/challenges.service.js';
import { DirectoryLog } from '../directory/directory-log.js';
import type { ActTransaction } from '../platform/access/act.js';
import { Origins } from '../platform/access/origins.js';
import type { Transaction } from '../platform/database/database.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { isPasskeyAllowed } from './passkey-policy.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { verifyRegistration, type NewPasskey } from './verify-passkey.js';

/** The model of a passkey of which nothing is kept. */
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** Passkeys that came with a request, and the number they were made for, which is spent already. */
export interface BroughtPasskeys {
  readonly proof: PasskeyProof | null;
  readonly challenge: TakenChallenge | null;
}

/** A device that brings passkeys, and where: they were made for it, there, and for no other. */
type Bringing = Pick<DeviceCert, 'state' | 'deviceId' | 'signKey' | 'platform'> &
  ({ readonly flow: 'claim' } | { readonly flow: 'device'; readonly sessionId: string });

/** A device whose certificate names passkeys, as it was (none for a new one) and as it will be. */
export interface PasskeyChange {
  readonly state: StateCode;
  readonly personId: string;
  readonly deviceId: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The passkeys of people: made for a device, kept once they were proven, named by certificates, and on record. */
@Injectable()
export class Passkeys {
  constructor(
    private readonly challenges: Challenges,
    private readonly origins: Origins,
    private readonly log: DirectoryLog,
    private readonly repository: PasskeysRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async options(flow: 'claim' | 'device', sessionId: string | null): Promise<PasskeyOptions> {
    return this.challenges.issue(flow, sessionId);
  }

  /** Spends the number, before anything is judged. */
  async take(proof: PasskeyProof | undefined): Promise<BroughtPasskeys> {
    if (proof === undefined) return { proof: null, challenge: null };
    return { proof, challenge: await this.challenges.take(proof.challengeId) };
  }

  /**
   * The passkeys that a device brings, none where none came; `null` when one of them does not hold, when the number
   * does not, or when the State lets no such device in: a program without its leave, or a program with passkeys.
   */
  async judge(
    tx: Transaction,
    { proof, challenge }: BroughtPasskeys,
    bringing: Bringing,
  ): Promise<readonly NewPasskey[] | null> {
    const { state, platform, deviceId, signKey, flow } = bringing;
    const policy = policyOf(await this.log.current(tx), state);
    if (platform === 'cli') return proof === null && policy.allowCliDevices ? [] : null;
    if (proof === null) return [];
    const { challengeId, challenge: said, registrations } = proof;
    const sessionId = flow === 'device' ? bringing.sessionId : null;
    const isAnswered =
      this.challenges.isAnswered(challenge, flow, said) && challenge?.sessionId === sessionId;
    const over = { challengeId, challenge: said, deviceId, signKey };
    const made = await this.#verify(registrations, registrationChallenge(over));
    const allowed = made.filter((passkey) => isPasskeyAllowed(policy, passkey));
    const refs = new Set(allowed.map(({ ref }) => ref));
    return isAnswered && refs.size === registrations.length ? allowed : null;
  }

  /** Those of the registrations that hold. */
  async #verify(
    registrations: PasskeyProof['registrations'],
    challenge: Uint8Array,
  ): Promise<readonly NewPasskey[]> {
    const isClient = (origin: string): boolean => this.origins.isClient(origin);
    const made: NewPasskey[] = [];
    for (const registration of registrations) {
      const passkey = await verifyRegistration(registration, { challenge, isClient });
      if (passkey !== null) made.push(passkey);
    }
    return made;
  }

  /** Keeps the passkeys of a claim that this transaction accepted; false when one is somebody's already. */
  async keepClaimed(
    { tx }: ActTransaction,
    claim: { readonly state: StateCode; readonly invitationId: string },
    passkeys: readonly NewPasskey[],
  ): Promise<boolean> {
    return this.repository.keepClaimed(tx, claim, { passkeys, nowMs: this.clock.nowMs() });
  }

  /** Keeps passkeys of the person of the session. Throws `statement.refused` when one is somebody's already. */
  async keepMine({ tx }: ActTransaction, passkeys: readonly NewPasskey[]): Promise<void> {
    const isKept = await this.repository.keepMine(tx, { passkeys, nowMs: this.clock.nowMs() });
    if (!isKept) throw new StatementRefused('passkey-known');
  }

  /** A certificate names only passkeys that this server has seen the person make. Throws `statement.refused`. */
  async assertProven({ tx }: ActTransaction, { after, ...person }: PasskeyChange): Promise<void> {
    const named = await this.repository.findNamed(tx, person, after);
    const isWhole = new Set(after).size === after.length && named.length === after.length;
    if (!isWhole) throw new StatementRefused('passkey-unproven');
  }

  /** One event for each passkey that the certificate adds, and for each that it no longer names. */
  async record(at: ActTransaction, change: PasskeyChange): Promise<void> {
    const { state, personId, deviceId, before, after } = change;
    const added = after.filter((ref) => !before.includes(ref));
    const changed = [...added, ...before.filter((ref) => !after.includes(ref))];
    const named = await this.repository.findNamed(at.tx, change, changed);
    const models = new Map(named.map(({ ref, aaguid }) => [ref, aaguid]));
    const signer = {
      state,
      personId: parseId<PersonId>(personId),
      deviceId: parseId<DeviceId>(deviceId),
    };
    for (const ref of changed) {
      const event = {
        type: added.includes(ref) ? 'passkey.added' : 'passkey.removed',
        outcome: 'success',
        object: { type: 'passkey', id: ref, ownerState: state },
        states: [state],
        fields: { credentialRef: ref, aaguid: models.get(ref) ?? NO_MODEL },
      } as const;
      await this.audit.record(at, event, at.session === null ? signer : null);
    }
  }
}
