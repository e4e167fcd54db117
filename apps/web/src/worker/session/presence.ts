import type { ShowPresence } from '@enlace/client';
import { canonicalJson, parseBase64Url, toBase64Url, utf8, type JsonObject } from '@enlace/kernel';
import { stepUpChallenge } from '@enlace/trust';

import type { PresenceAsked } from '../../protocol/messages.js';
import type { ArgsOf } from '../../protocol/operations.js';
import { transferable } from '../transferable.js';
import { CallMalformed, PresenceRefused } from '../worker-errors.js';

type Shown = ArgsOf<'presence.show'>;

interface Waiting {
  readonly settle: (shown: Shown) => void;
  readonly refuse: (error: Error) => void;
}

/** The passkeys of this device, as their certificate and their relying party know them. */
export interface OwnPasskeys {
  readonly rpId: string;
  readonly credentialIds: readonly string[];
}

/**
 * Asks the page for a passkey in the midst of an act: the platform shows passkeys to pages alone. The passkey signs the
 * hash of the statement that is made here, so that its answer is good for this act, this object and this body.
 */
export class Presence {
  readonly #ask: (asked: PresenceAsked) => void;
  #waiting: Waiting | null = null;

  constructor(ask: (asked: PresenceAsked) => void) {
    this.#ask = ask;
  }

  /** Who sits there shows a passkey of this device. Rejects with `client.passkey-refused`. */
  shownBy({ rpId, credentialIds }: OwnPasskeys): ShowPresence {
    return async (statement) => {
      const body = utf8(canonicalJson({ ...statement }));
      const { action, objectId } = statement;
      const shown = await this.#shown({
        action,
        objectId,
        rpId,
        challenge: transferable(stepUpChallenge(body)),
        credentials: credentialIds.map((id) => transferable(parseBase64Url(id))),
      });
      return { body: toBase64Url(body), assertion: assertionOf(shown) };
    };
  }

  show(shown: Shown): void {
    this.#take().settle(shown);
  }

  refuse(): void {
    this.#take().refuse(new PresenceRefused('no passkey was shown'));
  }

  // One at a time: a session elevates alone.
  async #shown(asked: PresenceAsked): Promise<Shown> {
    return new Promise((settle, refuse) => {
      this.#waiting = { settle, refuse };
      this.#ask(asked);
    });
  }

  #take(): Waiting {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) throw new CallMalformed('presence');
    return waiting;
  }
}

/** What a passkey signed, as the server takes it. */
export function assertionOf(shown: Shown) {
  const text = (bytes: ArrayBuffer): string => toBase64Url(new Uint8Array(bytes));
  return {
    credentialId: text(shown.credentialId),
    clientDataJSON: text(shown.clientDataJSON),
    authenticatorData: text(shown.authenticatorData),
    signature: text(shown.signature),
  } satisfies JsonObject;
}
