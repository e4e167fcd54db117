import type { Hasher } from '../tlog-crypto.js';
import { assertHash, hashNode, joinSubtrees } from './hash.js';

/**
 * Computes the root of a list of leaf hashes that passes by once (RFC 6962, section 2.1), holding one hash per binary
 * digit of the size and nothing else. `root` may be asked at every size.
 */
export class RootBuilder {
  readonly #hasher: Hasher;
  /** Roots of the perfect subtrees on the left edge of what is missing, largest first. */
  readonly #subtrees: Uint8Array[] = [];
  #size = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  get size(): number {
    return this.#size;
  }

  push(leafHash: Uint8Array): void {
    assertHash(leafHash);
    // A copy: the caller may go on using its buffer.
    let subtree: Uint8Array = new Uint8Array(leafHash);
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#subtrees.pop();
      if (left === undefined) throw new RangeError('a subtree is missing');
      subtree = hashNode(this.#hasher, left, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size += 1;
  }

  root(): Uint8Array {
    return new Uint8Array(joinSubtrees(this.#hasher, this.#subtrees));
  }
}
