import { readDecimal, readText } from '../strict-text.js';
import type { Hasher } from '../tlog-crypto.js';
import { PolicyMalformed, VkeyMalformed } from '../tlog-error.js';
import { isSameMaterial, parseVkey, type SignatureType, type VerifierKey } from './vkey.js';

/** C2SP tlog-policy, "Implementation limits", asks for 32 of each; a note holds at most 64 signatures. */
export const POLICY_LIMITS = { bytes: 64 * 1024, logs: 64, witnesses: 64, groups: 64 } as const;
/** The quorum that asks for no cosignature; no witness or group may have its name. */
export const NO_QUORUM = 'none';

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url: string | null;
}
export interface PolicyWitness extends PolicyLog {
  readonly name: string;
}
export interface PolicyGroup {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly string[];
}

/** Which logs are believed, and which witnesses must have cosigned (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** In the order of the file: a group names only what stands before it. */
  readonly groups: readonly PolicyGroup[];
  /** Name of a witness or group; `none` asks for no cosignature. */
  readonly quorum: string;
}

/**
 * Reads a policy file (C2SP tlog-policy): UTF-8, each line ended by a newline, exactly one quorum. Throws
 * `tlog.policy-malformed`; the facts hold the number of the line.
 */
export function parsePolicy(hasher: Hasher, file: Uint8Array): Policy {
  const text = readText(file, POLICY_LIMITS.bytes, PolicyMalformed);
  if (hasForbiddenCharacter(text)) throw new PolicyMalformed('a control character');
  if (!text.endsWith('\n')) throw new PolicyMalformed('the last line has no newline');
  const reader = new PolicyReader(hasher);
  for (const line of text.slice(0, -1).split('\n')) reader.readLine(line);
  return reader.finish();
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #groups: PolicyGroup[] = [];
  readonly #names = new Set([NO_QUORUM]);
  readonly #members = new Set<string>();
  #quorum: string | null = null;
  #lineNumber = 0;

  constructor(private readonly hasher: Hasher) {}

  readLine(line: string): void {
    this.#lineNumber += 1;
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    if (keyword === 'log') this.#readLog(items);
    else if (keyword === 'witness') this.#readWitness(items);
    else if (keyword === 'group') this.#readGroup(items);
    else if (keyword === 'quorum') this.#readQuorum(items);
    else this.#refuse('not a line of a policy');
  }

  finish(): Policy {
    if (this.#quorum === null) throw new PolicyMalformed('no quorum line');
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      groups: this.#groups,
      quorum: this.#quorum,
    };
  }

  #readLog([vkey = '', url, ...more]: readonly string[]): void {
    if (more.length > 0 || this.#logs.length === POLICY_LIMITS.logs)
      this.#refuse('one log too many');
    this.#logs.push({ key: this.#readKey(vkey, 'ed25519', this.#logs), url: url ?? null });
  }

  #readWitness([name = '', vkey = '', url, ...more]: readonly string[]): void {
    if (more.length > 0 || this.#witnesses.length === POLICY_LIMITS.witnesses) {
      this.#refuse('one witness too many');
    }
    const key = this.#readKey(vkey, 'cosignature', this.#witnesses);
    this.#witnesses.push({ name: this.#define(name), key, url: url ?? null });
  }

  #readGroup([name = '', threshold = '', ...members]: readonly string[]): void {
    if (this.#groups.length === POLICY_LIMITS.groups) this.#refuse('one group too many');
    for (const member of members) {
      if (member === NO_QUORUM || !this.#names.has(member))
        this.#refuse('a member is not defined above');
      // In one group only, and once: each witness counts in one way.
      if (this.#members.has(member)) this.#refuse('a name is a member twice');
      this.#members.add(member);
    }
    const count = this.#readThreshold(threshold, members.length);
    this.#groups.push({ name: this.#define(name), threshold: count, members });
  }

  #readQuorum([name = '', ...more]: readonly string[]): void {
    if (this.#quorum !== null || more.length > 0) this.#refuse('one quorum too many');
    if (!this.#names.has(name)) this.#refuse('the quorum is not defined above');
    this.#quorum = name;
  }

  #readKey(text: string, type: SignatureType, others: readonly PolicyLog[]): VerifierKey {
    const key = this.#parseKey(text);
    if (key.type !== type) this.#refuse('a key of another signature type');
    if (others.some((other) => isSameMaterial(other.key, key))) this.#refuse('a key stands twice');
    return key;
  }

  #parseKey(text: string): VerifierKey {
    try {
      return parseVkey(this.hasher, text);
    } catch (cause) {
      if (cause instanceof VkeyMalformed) return this.#refuse('not a verifier key', cause);
      throw cause;
    }
  }

  #readThreshold(text: string, members: number): number {
    const isWord = text === 'any' || text === 'all';
    const threshold = isWord ? (text === 'any' ? 1 : members) : readDecimal(text, PolicyMalformed);
    if (threshold < 1 || threshold > members) this.#refuse('a threshold out of reach');
    return threshold;
  }

  #define(name: string): string {
    if (this.#names.has(name)) this.#refuse('a name is taken');
    this.#names.add(name);
    return name;
  }

  #refuse(reason: string, cause?: unknown): never {
    throw new PolicyMalformed(reason, { cause, facts: { line: this.#lineNumber } });
  }
}

/** C2SP tlog-policy, "Character set": tab and newline are the only control characters. */
function hasForbiddenCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x7f || (unit < 0x20 && unit !== 0x09 && unit !== 0x0a)) return true;
  }
  return false;
}
