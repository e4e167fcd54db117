import { createPublicKey, verify } from 'node:crypto';

import {
  canonicalJson,
  concatBytes,
  formatInstant,
  parseId,
  sha256,
  toBase64Url,
  utf8,
  type EventId,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import {
  commitSections,
  cosign,
  digestSection,
  digestWire,
  encodeDirectoryLeaf,
  encodeLeaf,
  formatCheckpoint,
  formatProof,
  formatVkey,
  parsePolicy,
  SECTION_NAMES,
  signNote,
  type EvidenceEvent,
  type NoteSigner,
  type SectionName,
} from '@enlace/tlog';
import {
  parseStatement,
  sodium,
  STATEMENT_KINDS,
  writeBundle,
  type BundleContent,
  type EvidenceCrypto,
  type EvidenceStatement,
} from '@enlace/trust';

import { NaiveTree } from '../naive-tree.js';
import { aNoteSigner, nodeTlogCrypto } from '../node-tlog-crypto.js';
import { personaOf } from '../personas.js';
import { Region } from '../region.js';
import { forTestsOnlySeed, testId } from '../test-keys.js';

/** The primitives that checking evidence needs, over the crypto of Node. */
export const nodeEvidenceCrypto: EvidenceCrypto = {
  ...nodeTlogCrypto,
  ecdsaP256Verify: ({ x, y, signature, message }) => {
    const jwk = { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) };
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  },
};

type Sections = Readonly<Partial<Record<SectionName, JsonObject>>>;
export interface EvidenceEdit {
  readonly events?: (events: readonly EvidenceEvent[]) => readonly EvidenceEvent[];
  readonly content?: (content: BundleContent) => BundleContent;
}

/** What a device asked for, and what the server records it as. */
interface TestRequest {
  readonly type: string;
  readonly method?: string;
  readonly path?: string;
  readonly seq?: number;
}

/** Members of `what`, and the whole of `who`. */
interface Lie {
  readonly who?: JsonObject;
  readonly [member: string]: JsonValue;
}
interface Stated {
  readonly type: string;
  readonly [member: string]: JsonValue;
}

const ORIGIN = 'https://example.test';
const AUDIT = 'audit.example.test/2027';
const DIRECTORY = 'directory.example.test';
const WITNESSES = ['CR', 'GT', 'MX'] as const;

/** Nobody adds to it, so one is enough for all cases of a file. */
let regionMade: Promise<Region> | null = null;

async function smallRegion(): Promise<Region> {
  const region = await Region.founded(['CR', 'GT', 'XR']);
  for (const state of ['CR', 'GT', 'XR'] as const) region.addOffices(state);
  for (const slug of PEOPLE) region.enrol(personaOf(slug));
  region.witness();
  return region;
}

const PEOPLE = ['cr-rosa', 'cr-ines', 'gt-delia', 'xr-saul'] as const;

/**
 * Two small logs with real keys, the region's directory and the acts of its people, and the bundle that the auditor of
 * Costa Rica makes of them. Everything is the same in every run.
 */
export class EvidenceCase {
  readonly events: EvidenceEvent[] = [];
  readonly #leaves: Uint8Array[] = [];
  #atMs: number;
  #cosigners = 3;

  constructor(
    readonly region: Region,
    private readonly audit = AUDIT,
  ) {
    this.#atMs = region.nowMs;
  }

  /** `audit`: the log of accesses. */
  static async begun(audit = AUDIT): Promise<EvidenceCase> {
    regionMade ??= smallRegion();
    return new EvidenceCase(await regionMade, audit);
  }

  get trustStoreText(): string {
    return this.region.trustStoreText;
  }

  get policyText(): string {
    const keys = [this.audit, DIRECTORY].map(
      (origin) => `log ${formatVkey(logSigner(origin).key)}`,
    );
    const witnesses = WITNESSES.map(
      (state) => `witness ${state} ${formatVkey(witness(state).key)}`,
    );
    const quorum = ['group states 2 CR GT MX', 'quorum states'];
    return [...keys, ...witnesses, ...quorum].map((line) => `${line}\n`).join('');
  }

  get policy() {
    return parsePolicy(nodeTlogCrypto, utf8(this.policyText));
  }

  cosignedBy(cosigners: number): this {
    this.#cosigners = cosigners;
    return this;
  }

  /** Something that happened; returns its index. */
  record(what: JsonObject, sections: Sections = {}): number {
    const said = Object.entries({ what, ...sections });
    return this.recordBytes(
      Object.fromEntries(said.map(([name, section]) => [name, canonicalJson(section)])),
    );
  }

  /** Whatever a server writes instead of sections. */
  recordBytes(sections: Readonly<Partial<Record<SectionName, string>>>): number {
    const index = this.#leaves.length;
    this.#atMs += 1_000;
    const salted = (name: SectionName) => ({
      salt: sha256(utf8(`salt/${index}/${name}`)),
      bytes: utf8(sections[name] ?? '{}'),
    });
    const digest = (name: SectionName) => digestSection(nodeTlogCrypto, name, salted(name));
    const digests = eachSection(digest);
    const leaf = encodeLeaf({
      kind: 'act',
      occurredAtMs: this.#atMs,
      eventId: parseId<EventId>(testId(`event:${index}`, 7)),
      commitment: commitSections(nodeTlogCrypto, digests),
    });
    this.#leaves.push(leaf);
    const shown = eachSection(salted);
    this.events.push({ origin: this.audit, index, leaf, digests, sections: shown, absent: {} });
    return index;
  }

  /** A person signs in: the device vouches for the key of the session. */
  signIn(slug: string, stated: JsonObject = {}, said: JsonObject = stated): number {
    const device = `device:${slug}`;
    const sessionKey = toBase64Url(sha256(utf8(canonicalJson(sessionJwk(slug)))));
    const body = { deviceId: testId(device, 7), method: 'passkey', sessionKey, ...stated };
    return this.record(
      { ...this.#what(slug, 'session.opened'), acr: 'passkey', ...said },
      { who: this.#who(slug), attest: signed('enlace/session/v1', body, device) },
    );
  }

  /** A request under that session; `lie` is what a server writes instead of the truth. */
  act(slug: string, request: TestRequest, { who = this.#who(slug), ...said }: Lie = {}): number {
    const { type, method = 'POST', path = '/', seq = this.#leaves.length + 1 } = request;
    const proof = requestProof(slug, { method, path, seq });
    return this.record(
      { ...this.#what(slug, type), ...said },
      { who, where: { ip: '192.0.2.7' }, attest: { proof } },
    );
  }

  /** The list of the own State's people. */
  list(slug: string): number {
    return this.act(slug, { type: 'person.listed', method: 'GET', path: '/people' });
  }

  /** What a device says itself. */
  state(slug: string, { type, ...stated }: Stated, said: JsonObject = stated): number {
    const body = { deviceId: testId(`device:${slug}`, 7), type, ...stated };
    return this.record(
      { ...this.#what(slug, type), observedBy: 'client', ...said },
      { who: this.#who(slug), attest: signed('enlace/client-event/v1', body, `device:${slug}`) },
    );
  }

  /** The bundle of `slug`, who is an auditor. */
  bundle(slug = 'cr-ines', { events, content }: EvidenceEdit = {}): Uint8Array<ArrayBuffer> {
    const state = slug.slice(0, 2).toUpperCase();
    const statements = this.#statements();
    const chosen = events?.(this.events) ?? this.events;
    const logs = [
      { origin: this.audit, leaves: this.#leaves, of: chosen },
      { origin: DIRECTORY, leaves: statements.map(({ leaf }) => leaf), of: statements },
    ].map(({ origin, leaves, of }) => this.#prove(origin, leaves, of));
    const whole = {
      head: {
        madeAt: formatInstant(this.#atMs + 60_000),
        madeBy: {
          personId: testId(slug, 4),
          deviceId: testId(`device:${slug}`, 7),
          state: state === 'XR' ? 'XR' : 'CR',
        },
        scope: {
          kind: state === 'XR' ? 'regional' : 'national',
          state: state === 'XR' ? 'XR' : 'CR',
          caseId: null,
          filter: '{}',
        },
        expiresAt: formatInstant(this.#atMs + 90 * 86_400_000),
      },
      events: chosen,
      statements,
      proofs: logs.flatMap(({ proofs }) => proofs),
      checkpoints: logs.map(({ checkpoint }) => checkpoint),
      policy: utf8(this.policyText),
      sideFiles: [],
    } as const satisfies BundleContent;
    const device = `device:${slug}`;
    const signer = { deviceId: testId(device, 7), seed: forTestsOnlySeed(device) };
    return writeBundle(nodeTlogCrypto, content?.(whole) ?? whole, signer);
  }

  #prove(origin: string, leaves: readonly Uint8Array[], of: readonly { readonly index: number }[]) {
    const tree = new NaiveTree(leaves);
    const text = formatCheckpoint({ origin, size: leaves.length, root: tree.root() });
    const own = signNote(text, logSigner(origin));
    const time = Math.floor(this.#atMs / 1_000);
    const cosigned = WITNESSES.slice(0, this.#cosigners).map(
      (state) => `${cosign(text, time, witness(state))}\n`,
    );
    const checkpoint = concatBytes(own, utf8(cosigned.join('')));
    return {
      checkpoint: { origin, note: checkpoint },
      proofs: of.map(({ index }) => {
        const proof = tree.inclusionProof(index);
        return { origin, index, file: formatProof({ index, proof, checkpoint, extra: null }) };
      }),
    };
  }

  #statements(): readonly EvidenceStatement[] {
    return this.region.wires.map((wire, index) => {
      const leaf = encodeDirectoryLeaf({
        kind: STATEMENT_KINDS[parseStatement(wire).type],
        acceptedAtMs: this.region.nowMs,
        wireDigest: digestWire(nodeTlogCrypto, utf8(wire)),
      });
      return { origin: DIRECTORY, index, leaf, wire };
    });
  }

  #what(slug: string, type: string): JsonObject {
    const actorState = slug.slice(0, 2).toUpperCase();
    const about = { type, outcome: 'success', observedBy: 'server' };
    return { v: 1, ...about, actorState, states: [actorState] };
  }

  #who(slug: string): JsonObject {
    return { actorId: testId(slug, 4), deviceId: testId(`device:${slug}`, 7) };
  }
}

function eachSection<Value>(make: (name: SectionName) => Value): Record<SectionName, Value> {
  const [what, who, where, why, attest] = SECTION_NAMES;
  return {
    what: make(what),
    who: make(who),
    where: make(where),
    why: make(why),
    attest: make(attest),
  };
}

function logSigner(origin: string): NoteSigner {
  return aNoteSigner(origin, { seedByte: origin === DIRECTORY ? 12 : 11 });
}

function witness(state: (typeof WITNESSES)[number]): NoteSigner {
  const seedByte = 21 + WITNESSES.indexOf(state);
  return aNoteSigner(`witness.${state.toLowerCase()}.example/enlace`, {
    type: 'cosignature',
    seedByte,
  });
}

function sessionJwk(slug: string) {
  const x = nodeTlogCrypto.ed25519PublicKey(forTestsOnlySeed(`session:${slug}`));
  return { crv: 'Ed25519', kty: 'OKP', x: toBase64Url(x) };
}

function requestProof(
  slug: string,
  { method, path, seq }: Readonly<Required<Omit<TestRequest, 'type'>>>,
): string {
  const header = { typ: 'dpop+jwt', alg: 'Ed25519', jwk: sessionJwk(slug) };
  const claims = {
    dev: testId(`device:${slug}`, 7),
    seq,
    htm: method,
    htu: `${ORIGIN}${path}`,
  };
  const part = (value: JsonObject) => toBase64Url(utf8(canonicalJson(value)));
  const message = `${part(header)}.${part(claims)}`;
  return `${message}.${toBase64Url(signBytes(`session:${slug}`, utf8(message)))}`;
}

function signed(label: string, body: JsonObject, key: string): JsonObject {
  const bytes = utf8(canonicalJson(body));
  const sig = signBytes(key, concatBytes(utf8(`${label}\0`), bytes));
  return { body: toBase64Url(bytes), sig: toBase64Url(sig) };
}

function signBytes(name: string, message: Uint8Array): Uint8Array {
  const { privateKey } = sodium.crypto_sign_seed_keypair(forTestsOnlySeed(name));
  return sodium.crypto_sign_detached(message, privateKey);
}
