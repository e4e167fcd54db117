import type { Action, StepUpGranted } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { SIGNING_LABELS, type Seed } from '@enlace/trust';

import { AnswerMalformed } from '../transport/client-error.js';
import { readOpened, readOpenedByCookie, signParts, type OpenedSession } from './sign-in.js';

/** What a second factor is shown for: one act about one object, with one body. */
export interface StepUpStatement extends JsonObject {
  readonly challengeId: string;
  readonly challenge: string;
  readonly action: Action;
  readonly objectId: string;
  /** As in the claim `bh` of the proof of the request. */
  readonly bodyHash: string;
}

/**
 * Shows once more who is there: a passkey is touched, or a key file is opened again. Resolves to the body of
 * `POST /sessions/step-up`.
 */
export type ShowPresence = (asked: StepUpStatement) => Promise<JsonObject>;

/** The presence of whoever opened the key file of the device for this act; only where the State allows such devices. */
export function softwarePresence(seed: Seed): ShowPresence {
  return async (asked) => ({ ...signParts(SIGNING_LABELS.stepUp, asked, seed) });
}

/** The answer to a step-up: a session under another token, and what its one act shows. */
export function readGranted(
  body: JsonValue,
  isCookie: boolean,
): OpenedSession & Pick<StepUpGranted, 'stepUpId'> {
  const answer = isJsonObject(body) ? body : {};
  const { stepUpId } = answer;
  if (typeof stepUpId !== 'string' || !/^[\w-]{1,64}$/.test(stepUpId)) {
    throw new AnswerMalformed('stepUpId');
  }
  return { ...(isCookie ? readOpenedByCookie(answer) : readOpened(answer)), stepUpId };
}
