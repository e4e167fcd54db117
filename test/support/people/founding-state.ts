import {
  canonicalJson,
  formatInstant,
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
} from '@enlace/kernel';
import { aNoteSigner } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import {
  DEFAULT_POLICY,
  parseBody,
  parseStatement,
  publicKeyOf,
  signStatement,
} from '@enlace/trust';

const DAY_MS = 86_400_000;

/** A State that is being founded at this moment, by its keys. */
export class FoundingState {
  constructor(private readonly policy: Partial<typeof DEFAULT_POLICY> = {}) {}

  readonly root = systemRandom.bytes(32);
  readonly registrars = [1, 2].map(() => ({
    id: newRandomId(systemRandom),
    seed: systemRandom.bytes(32),
  }));
  readonly nowMs = systemClock.nowMs() - 60_000;
  readonly officeId = newId(systemClock, systemRandom);
  readonly stateRoot = this.sign(
    {
      type: 'state-root',
      rootKey: toBase64Url(publicKeyOf(this.root)),
      names: { es: 'Fiscalía de Ejemplo', en: 'Sample Prosecution Office' },
      ...this.term(1_800),
    },
    this.root,
  );

  get trustStoreText(): string {
    const vkey = formatVkey(aNoteSigner('directory.example.test').key);
    return this.trustStoreWith({ origin: 'directory.example.test', vkey }, 'quorum none\n');
  }

  trustStoreWith(
    directory: { readonly origin: string; readonly vkey: string },
    policy: string,
    audit: readonly { readonly origin: string; readonly vkey: string }[] = [],
  ) {
    const { id, body } = parseStatement(this.stateRoot);
    return canonicalJson({
      v: 1,
      deployment: 'example.test',
      directory: { ...directory },
      audit: audit.map((log) => ({ ...log })),
      policy,
      roots: [{ state: 'CR', rootKey: Reflect.get(body, 'rootKey'), stateRoot: id }],
      createdAt: formatInstant(this.nowMs),
    });
  }

  /** What the State says before anybody of it is a person here. */
  get founding(): readonly string[] {
    return [
      this.stateRoot,
      ...this.registrars.map(({ id, seed }) =>
        this.sign(
          {
            type: 'registrar-cert',
            registrarId: id,
            key: toBase64Url(publicKeyOf(seed)),
            ...this.term(300),
          },
          this.root,
        ),
      ),
      this.sign(
        {
          type: 'state-policy',
          ...DEFAULT_POLICY,
          allowCliDevices: true,
          sensitiveRoleDelayHours: 0,
          ...this.policy,
        },
        this.root,
      ),
      this.sign(
        {
          type: 'office',
          officeId: this.officeId,
          parent: null,
          kind: 'registry',
          names: { es: 'Registro', en: 'Registry' },
          regions: [],
          duties: [],
          zone: 'America/Costa_Rica',
          closed: false,
        },
        ...this.registrars.map(({ seed }) => seed),
      ),
    ];
  }

  sign(draft: JsonObject, ...seeds: readonly Uint8Array[]): string {
    const body = { v: 1, state: 'CR', serial: 1, issuedAt: formatInstant(this.nowMs), ...draft };
    return signStatement(parseBody(body), seeds);
  }

  term(days: number): { notBefore: string; notAfter: string } {
    return {
      notBefore: formatInstant(this.nowMs),
      notAfter: formatInstant(this.nowMs + days * DAY_MS),
    };
  }
}
