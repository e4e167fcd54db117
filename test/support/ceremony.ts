import { newId, systemClock, systemRandom, toBase64Url, formatInstant } from '@enlace/kernel';
import type { AuditEventType, Subject } from '@enlace/contracts';
import {
  forTestsOnlySeed,
  officeId,
  personaOf,
  plantSession,
  testBytes,
  testId,
  testPublicKey,
  type FreshDatabase,
  type Region,
} from '@enlace/testing';
import {
  cardHash,
  invitationCodeHash,
  signObject,
  SIGNING_LABELS,
  type Claim,
  type Invitation,
} from '@enlace/trust';

import { Authorities } from '../../apps/api/src/authorities/authorities.service.js';
import { DirectoryLog } from '../../apps/api/src/directory/directory-log.js';
import { DirectoryRepository } from '../../apps/api/src/directory/directory.repository.js';
import { StatementActs } from '../../apps/api/src/directory/statement-acts.js';
import { Activation } from '../../apps/api/src/people/activation.service.js';
import { Certificates } from '../../apps/api/src/people/certificates.service.js';
import { Claims } from '../../apps/api/src/people/claims.service.js';
import { InvitationsRepository } from '../../apps/api/src/people/invitations.repository.js';
import { Invitations } from '../../apps/api/src/people/invitations.service.js';
import { OpenInvitations } from '../../apps/api/src/people/open-invitations.service.js';
import type { ActContext } from '../../apps/api/src/platform/access/act.js';
import { Permissions } from '../../apps/api/src/platform/access/permissions.js';
import type { SessionHash } from '../../apps/api/src/platform/database/database.js';
import { createLog } from '../../apps/api/src/platform/logging/log.js';
import { LogWriter } from '../../apps/api/src/platform/tlog/log-writer.js';
import { anAct, openActs, StandingClock } from './recorded-acts.js';

const HOUR_MS = 3_600_000;

/** The services of a node on a database of its own, in the region and at its time. */
export async function aCeremonyNode(fresh: FreshDatabase, region: Region) {
  const clock = new StandingClock(region.nowMs);
  const node = await openActs(fresh, clock);
  const { acts, audit, database } = node;
  const log = new DirectoryLog(
    region.trustStore,
    new DirectoryRepository(),
    new LogWriter(),
    clock,
    systemRandom,
    createLog('error', { write: () => undefined }),
  );
  const permissions = new Permissions(clock);
  const statements = new StatementActs(acts, audit);
  const repository = new InvitationsRepository();
  const common = [statements, permissions, log] as const;
  return {
    ...node,
    log,
    authorities: new Authorities(...common, audit),
    invitations: new Invitations(...common, repository, audit, clock),
    certificates: new Certificates(...common, repository, audit),
    claims: new Claims(statements, database, log, repository, audit, clock),
    open: new OpenInvitations(acts, permissions, repository, audit),
    activation: new Activation(acts, permissions, repository, audit, clock),
  };
}

/** An act that nobody signed in for. */
export function strangerAct(...declared: readonly AuditEventType[]): ActContext {
  // Each from an address of its own: limits of one test do not touch the next.
  const [a, b] = systemRandom.bytes(2);
  const where = { ip: `198.${(a ?? 0) % 128}.${b ?? 0}.7`, userAgent: 'enlace/1' };
  return anAct({ declared, where });
}

/** Acts of one registrar (`CR`, 1), each with a step-up for exactly what it does unless `stepUp` is false. */
export async function aRegistrar(fresh: FreshDatabase, state: string, number: number) {
  const personId = testId(`registrar:${state}:${number}`, 4);
  const session = await plantSession(fresh, { state, roles: ['registrar'], personId });
  const { sidHash }: { sidHash: SessionHash } = Object(session);
  return {
    personId,
    act: (
      action: NonNullable<Subject['stepUp']>['action'],
      objectId: string,
      declared: AuditEventType,
    ): ActContext =>
      anAct({
        sidHash,
        declared: [declared],
        stepUp: { action, objectId, bodyHash: 'hash of the body' },
      }),
  };
}

/** Somebody who is invited: what the registrars sign, and the keys of the own device. */
export class Invitee {
  readonly code = systemRandom.bytes(16);
  readonly invitationId: string = newId(systemClock, systemRandom);
  readonly cardText =
    '{"displayName":"Rosa Alpízar Mena","title":{"en":"Prosecutor","es":"Fiscal"}}';
  readonly salt = systemRandom.bytes(32);

  constructor(
    readonly region: Region,
    readonly slug = 'cr-rosa',
  ) {}

  get personId(): string {
    return testId(this.slug, 4);
  }

  get card() {
    return { body: this.cardText, salt: toBase64Url(this.salt) };
  }

  get invitation(): Invitation {
    const { state, roles, auditScope, office } = personaOf(this.slug);
    return {
      invitationId: this.invitationId,
      state,
      personId: this.personId,
      officeId: officeId(state, office),
      roles: [...roles],
      auditScope: auditScope ?? null,
      card: cardHash(JSON.parse(this.cardText), this.salt),
      codeHash: invitationCodeHash(this.code),
      expiresAt: formatInstant(this.region.nowMs + 72 * HOUR_MS),
    };
  }

  get claim(): Claim {
    const device = `cli:${this.slug}`;
    return {
      state: this.invitation.state,
      invitationId: this.invitationId,
      codeHash: invitationCodeHash(this.code),
      identityKey: testPublicKey(`identity:${this.slug}`),
      deviceId: testId(device, 7),
      signKey: testPublicKey(device),
      kemKey: testBytes(`kem:${device}`, 1_216),
      platform: 'cli',
      authenticators: [],
    };
  }

  invitationWire(signers: readonly string[], change: Partial<Invitation> = {}): string {
    return sign(SIGNING_LABELS.invitation, { ...this.invitation, ...change }, signers);
  }

  claimWire(change: Partial<Claim> = {}, signers = this.ownKeys): string {
    return sign(SIGNING_LABELS.claim, { ...this.claim, ...change }, signers);
  }

  pollWire(atMs = this.region.nowMs, signer = `cli:${this.slug}`): string {
    const { state, invitationId } = this.invitation;
    const nonce = toBase64Url(systemRandom.bytes(16));
    const body = { state, invitationId, at: formatInstant(atMs), nonce };
    return sign(SIGNING_LABELS.claimPoll, body, [signer]);
  }

  certificateWire(
    signers: readonly string[],
    change: { readonly roles?: Invitation['roles'] } = {},
  ) {
    const { card } = this.invitation;
    const draft = { ...this.region.person(personaOf(this.slug)), card, ...change };
    return this.region.draft({ ...draft, roles: [...draft.roles] }, signers).object.wire;
  }

  deviceWire(signers: readonly string[] = [`identity:${this.slug}`]): string {
    const device = this.region.device(personaOf(this.slug), `cli:${this.slug}`);
    return this.region.draft({ ...device, platform: 'cli', authenticators: [] }, signers).object
      .wire;
  }

  get ownKeys(): readonly string[] {
    return [`identity:${this.slug}`, `cli:${this.slug}`];
  }
}

function sign(
  label: Parameters<typeof signObject>[0],
  body: Parameters<typeof signObject>[1],
  signers: readonly string[],
): string {
  return signObject(label, body, signers.map(forTestsOnlySeed));
}
