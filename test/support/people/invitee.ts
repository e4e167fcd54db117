import { formatInstant, newId, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  officeId,
  personaOf,
  testBytes,
  testId,
  testPublicKey,
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

const HOUR_MS = 3_600_000;

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

  deviceWire(
    signers: readonly string[] = [`identity:${this.slug}`],
    change: { readonly platform?: 'browser'; readonly authenticators?: string[] } = {},
  ): string {
    const device = this.region.device(personaOf(this.slug), `cli:${this.slug}`);
    const draft = { ...device, platform: 'cli' as const, authenticators: [], ...change };
    return this.region.draft(draft, signers).object.wire;
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
