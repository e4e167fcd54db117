import { calculateJwkThumbprint, importJWK, type JWK } from 'jose';

/** Keys that are remembered; beyond it the one that came first is read again when it is needed. */
export const SESSION_KEYS_LIMIT = 4_096;

type ProofKey = Awaited<ReturnType<typeof importJWK>>;

interface KnownKey {
  readonly members: string;
  readonly key: ProofKey;
}

/**
 * Public keys of sessions as they can verify. Each proof carries its key again, and reading it costs more than the
 * signature: a key that was read once is known by the members that its thumbprint covers (RFC 7638, section 3.2).
 */
export class SessionKeys {
  readonly #known = new Map<string, KnownKey>();

  constructor(private readonly limit = SESSION_KEYS_LIMIT) {}

  /** `null` for a key of another thumbprint. Throws what `jose` throws for what is no key. */
  async find(
    jwk: JWK,
    { alg, keyThumbprint }: { readonly alg: string; readonly keyThumbprint: string },
  ): Promise<ProofKey | null> {
    // Attacker-controlled: as JSON no member of another type reads like one of these.
    const members = JSON.stringify([jwk.kty, jwk.crv, jwk.x, jwk.y]);
    const name = `${alg} ${keyThumbprint}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known.members === members ? known.key : null;
    if ((await calculateJwkThumbprint(jwk)) !== keyThumbprint) return null;
    const key = await importJWK(jwk, alg);
    this.#known.set(name, { members, key });
    const [oldest] = this.#known.keys();
    if (this.#known.size > this.limit && oldest !== undefined) this.#known.delete(oldest);
    return key;
  }
}
