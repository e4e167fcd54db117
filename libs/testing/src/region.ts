import { canonicalJson, formatInstant, type JsonObject } from '@enlace/kernel';
import { REGIONAL_AUTHORITY, type StateCode } from '@enlace/contracts';
import {
  apply,
  cryptoReady,
  currentOf,
  DEFAULT_POLICY,
  emptyDirectory,
  parseStatement,
  parseTrustStore,
  signObject,
  subjectOf,
  withQuorumCheckpoint,
  type BodyOf,
  type Directory,
  type Statement,
  type StatementBody,
  type StatementType,
  type TrustStore,
} from '@enlace/trust';

import { AUTHORITIES, LIAISON_REGIONS, personaOf, PERSONAS, type Persona } from './personas.js';
import { forTestsOnlySeed, testBytes, testId, testPublicKey } from './test-keys.js';

const DAY_MS = 86_400_000;

/** When the region begins. */
export const REGION_START_MS = Date.parse('2027-01-04T12:00:00.000Z');

/** The members that the builder fills in unless they are given. */
type Filled = 'v' | 'serial' | 'issuedAt';
export type Draft<Type extends StatementType> = Omit<BodyOf<Type>, Filled> &
  Partial<Pick<BodyOf<Type>, Filled>>;

export type AnyDraft = { [Type in StatementType]: Draft<Type> }[StatementType];

/**
 * A small region with real keys: five States and the regional body, their registrars, offices, personas and one device
 * each, built by the statements that a real ceremony makes. Signers are named: `root:CR`, `registrar:CR:1`,
 * `identity:cr-rosa`, `log`.
 */
export class Region {
  readonly trustStore: TrustStore;
  readonly wires: string[] = [];
  nowMs = REGION_START_MS;
  readonly #serials = new Map<string, number>();

  private constructor(
    readonly trustStoreText: string,
    public directory: Directory,
  ) {
    this.trustStore = directory.trustStore;
  }

  /** Roots and registrars only; `viewpoint` is the State whose client looks on. */
  static async founded(
    states: readonly StateCode[] = AUTHORITIES.map(({ state }) => state),
    viewpoint: StateCode | null = null,
    startMs = REGION_START_MS,
  ): Promise<Region> {
    await cryptoReady();
    const text = pinnedRoots(states);
    const region = new Region(text, emptyDirectory(parseTrustStore(text), viewpoint));
    region.nowMs = startMs;
    for (const state of states) region.foundAuthority(state);
    return region;
  }

  /**
   * Everything: roots, registrars, offices, all personas and a browser for each, seen by the witnesses for two days.
   */
  static async complete(
    viewpoint: StateCode | null = null,
    startMs = REGION_START_MS,
  ): Promise<Region> {
    const region = await Region.founded(undefined, viewpoint, startMs);
    for (const { state } of AUTHORITIES) region.addOffices(state);
    for (const persona of PERSONAS) region.enrol(persona);
    region.witness();
    region.nowMs += 2 * DAY_MS;
    region.witness();
    return region;
  }

  /** The same region at the same moment, to go on with apart from this one. */
  copy(): Region {
    const region = new Region(this.trustStoreText, this.directory);
    region.wires.push(...this.wires);
    region.nowMs = this.nowMs;
    for (const [slot, serial] of this.#serials) region.#serials.set(slot, serial);
    return region;
  }

  foundAuthority(state: StateCode): void {
    this.add(stateRootOf(state), [`root:${state}`]);
    for (const number of [1, 2]) this.addRegistrar(state, number);
  }

  addRegistrar(state: StateCode, number: number): Statement {
    const name = `registrar:${state}:${number}`;
    const key = testPublicKey(name);
    return this.add(
      { type: 'registrar-cert', state, registrarId: testId(name, 4), key, ...this.term(365) },
      [`root:${state}`],
    );
  }

  addOffices(state: StateCode): void {
    const kinds = [
      'specialised',
      'cooperation',
      'central-authority',
      'registry',
      'chancellery',
      'audit',
    ] as const;
    for (const kind of kinds) this.add(this.office(state, kind), this.registrars(state));
    const region = LIAISON_REGIONS[state];
    if (region !== undefined) {
      const office = { ...this.office(state, 'liaison'), regions: [region] };
      this.add({ ...office, parent: officeId(state, 'specialised') }, this.registrars(state));
    }
  }

  enrol(persona: Persona): void {
    this.add(this.person(persona), this.registrars(persona.state));
    this.add(this.device(persona), [`identity:${persona.slug}`]);
  }

  office(state: StateCode, kind: Persona['office']): Draft<'office'> {
    const names = { es: `Oficina de ejemplo (${kind})`, en: `Sample office (${kind})` };
    const place = { regions: [], duties: [], zone: 'America/Costa_Rica', closed: false };
    return {
      type: 'office',
      state,
      officeId: officeId(state, kind),
      parent: null,
      kind,
      names,
      ...place,
    };
  }

  person({ slug, state, roles, auditScope, office }: Persona): Draft<'person-cert'> {
    return {
      type: 'person-cert',
      state,
      personId: testId(slug, 4),
      officeId: officeId(state, office),
      roles: [...roles],
      auditScope: auditScope ?? null,
      identityKey: testPublicKey(`identity:${slug}`),
      card: testBytes(`card:${slug}`, 32),
      ...this.term(365),
      previous: null,
    };
  }

  device({ slug, state }: Persona, name = `device:${slug}`): Draft<'device-cert'> {
    return {
      type: 'device-cert',
      state,
      personId: testId(slug, 4),
      deviceId: testId(name, 7),
      signKey: testPublicKey(name),
      kemKey: testBytes(`kem:${name}`, 1_216),
      platform: 'browser',
      authenticators: [testBytes(`passkey:${name}`, 32)],
      ...this.term(90),
    };
  }

  /** The next certificate of somebody who has one. */
  renewal(
    { slug, state }: Persona,
    change: Partial<Draft<'person-cert'>> = {},
  ): Draft<'person-cert'> {
    const previous = this.newestId('person-cert', state, testId(slug, 4));
    return { ...this.person(personaOf(slug)), previous, ...change };
  }

  registrars(state: StateCode): readonly string[] {
    return [`registrar:${state}:1`, `registrar:${state}:2`];
  }

  term(days: number): { readonly notBefore: string; readonly notAfter: string } {
    return {
      notBefore: formatInstant(this.nowMs),
      notAfter: formatInstant(this.nowMs + days * DAY_MS),
    };
  }

  /** A signed statement with the next serial and the present time, not yet in the log. */
  draft(draft: AnyDraft, signers: readonly string[]): Statement {
    const filled = { v: 1, serial: 1, issuedAt: formatInstant(this.nowMs), ...draft };
    const first = signDraft(filled, signers);
    const serial = (this.#serials.get(slotName(first.body)) ?? 0) + 1;
    return draft.serial !== undefined || serial === 1
      ? first
      : signDraft({ ...filled, serial }, signers);
  }

  /** The id of the newest statement about a subject, empty when there is none or two. */
  newestId(type: StatementType, state: StateCode, subject: string): string {
    return currentOf(this.directory, { type, state, subject })?.statement.id ?? '';
  }

  /** Drafts a statement and applies it as the next of the log. Throws what the fold throws. */
  add(draft: AnyDraft, signers: readonly string[]): Statement {
    const statement = this.draft(draft, signers);
    this.apply(statement);
    return statement;
  }

  apply(statement: Statement): void {
    this.directory = apply(this.directory, statement, this.wires.length);
    this.wires.push(statement.object.wire);
    this.#serials.set(slotName(statement.body), statement.body.serial);
  }

  /** A quorum of witnesses cosigns everything so far, at the present time. */
  witness(): void {
    this.directory = withQuorumCheckpoint(this.directory, {
      size: this.wires.length,
      witnessTimeMs: this.nowMs,
    });
  }
}

/** The State's office of a kind. */
export function officeId(state: StateCode, kind: Persona['office']): string {
  return testId(`office:${state}:${kind}`, 7);
}

/** Key text of the log that signs under this origin in tests. */
export function vkeyOf(origin: string): string {
  const key = Buffer.from(testPublicKey(`log:${origin}`), 'base64url');
  return `${origin}+00000000+${Buffer.concat([Buffer.of(1), key]).toString('base64')}`;
}

export function stateRootOf(state: StateCode): Draft<'state-root'> {
  const name = AUTHORITIES.find((authority) => authority.state === state)?.name ?? state;
  return {
    type: 'state-root',
    serial: 1,
    state,
    rootKey: testPublicKey(`root:${state}`),
    names: { es: name, en: name },
    issuedAt: formatInstant(REGION_START_MS),
    notBefore: formatInstant(REGION_START_MS),
    notAfter: formatInstant(REGION_START_MS + 1_826 * DAY_MS),
  };
}

/** A policy with every member at its strictest, and what is said otherwise. */
export function strictPolicy(
  state: StateCode,
  change: Partial<Draft<'state-policy'>> = {},
): Draft<'state-policy'> {
  return {
    type: 'state-policy',
    state,
    ...DEFAULT_POLICY,
    ...change,
  };
}

/** The States of the region without the regional body. */
export const MEMBER_STATES: readonly StateCode[] = AUTHORITIES.map(({ state }) => state).filter(
  (state) => state !== REGIONAL_AUTHORITY,
);

function signDraft(
  body: JsonObject & { readonly type: StatementType },
  signers: readonly string[],
): Statement {
  const seeds = signers.map(forTestsOnlySeed);
  return parseStatement(signObject(`enlace/trust/v1/${body.type}`, body, seeds));
}

function pinnedRoots(states: readonly StateCode[]): string {
  const issuedAt = formatInstant(REGION_START_MS);
  const roots = states.map((state) => {
    const body = { v: 1, serial: 1, issuedAt, ...stateRootOf(state) };
    const stateRoot = signDraft(body, [`root:${state}`]).id;
    return { state, rootKey: testPublicKey(`root:${state}`), stateRoot };
  });
  return canonicalJson({
    v: 1,
    deployment: 'example.test',
    directory: { origin: 'directory.example.test', vkey: vkeyOf('directory.example.test') },
    audit: [{ origin: 'audit.example.test/2027', vkey: vkeyOf('audit.example.test/2027') }],
    policy: 'quorum none\n',
    roots,
    createdAt: issuedAt,
  });
}

function slotName(body: StatementBody): string {
  return `${body.type}|${body.state}|${subjectOf(body)}`;
}
