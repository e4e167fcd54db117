import type { JsonObject } from '@enlace/kernel';

import type { SignedRequest } from './request-proof.js';

/** What a device signed of an event, opened once. */
export type Signature =
  | { readonly kind: 'request'; readonly request: SignedRequest; readonly isGranted: boolean }
  | {
      readonly kind: 'statement';
      readonly said: JsonObject;
      readonly body: string;
      readonly isGranted: true;
    }
  | { readonly kind: 'none' };

interface Uses {
  /** Events that say that it was granted. */
  readonly granted: number;
  readonly all: number;
}

/** How often each signature stands in the evidence: a device signs one act once. */
export class SignatureUses {
  readonly #uses = new Map<string, Uses>();

  constructor(signatures: readonly Signature[]) {
    for (const signature of signatures) {
      const { granted, all } = this.of(signature);
      const isGranted = signature.kind !== 'none' && signature.isGranted;
      this.#uses.set(nameOf(signature), { granted: granted + (isGranted ? 1 : 0), all: all + 1 });
    }
  }

  of(signature: Signature): Uses {
    return this.#uses.get(nameOf(signature)) ?? { granted: 0, all: 0 };
  }
}

/** Two requests with one number of a device are one: another signature over the same is not another act. */
function nameOf(signature: Signature): string {
  if (signature.kind === 'none') return '';
  if (signature.kind === 'statement') return `statement ${signature.body}`;
  const { deviceId, seq } = signature.request;
  return `request ${deviceId} ${seq}`;
}
