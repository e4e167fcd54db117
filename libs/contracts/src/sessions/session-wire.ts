import type { Purpose } from '../policy/policy-model.js';
import type { Action } from '../policy/table.js';

/** How a person showed who is there; it is the session's `acr` as well. */
export const SIGN_IN_METHODS = ['passkey', 'software-key', 'recovery'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** Header that carries the declaration of purpose under which something is consulted. */
export const PURPOSE_HEADER = 'enlace-purpose';
/** Header that carries a step-up, once. */
export const STEP_UP_HEADER = 'enlace-step-up';
/** Header in which each answer of a session hands out the nonce of the next request proof (RFC 9449, section 8). */
export const NONCE_HEADER = 'dpop-nonce';
/** The session cookie of browsers. Its prefix makes them insist on Secure, Path=/ and no Domain (RFC 6265bis). */
export const SESSION_COOKIE = '__Host-enlace';

/** `POST /sessions/challenges`: the same for everybody. */
export interface SignInChallenge {
  readonly challengeId: string;
  /** 32 bytes, base64url. */
  readonly challenge: string;
  readonly expiresAt: string;
}

/** What the device key signs, label `enlace/session/v1`. */
export interface SignInStatement {
  readonly origin: string;
  readonly challengeId: string;
  readonly challenge: string;
  readonly deviceId: string;
  /** Id of the device's newest certificate. */
  readonly deviceCert: string;
  /** RFC 7638 thumbprint of the session key. */
  readonly sessionKey: string;
  readonly method: SignInMethod;
  /** Hash of the client release. */
  readonly build: string;
  /** The `seq` without a receipt: `n` or `first-last`, ascending. */
  readonly abandoned: readonly string[];
}

/** What the key of a device without certificate signs, label `enlace/recovery/v1`. */
export interface RecoveryStatement {
  readonly origin: string;
  readonly challengeId: string;
  readonly challenge: string;
  readonly deviceId: string;
  /** Of the new device: the certificate that this session may hand in is for this key. */
  readonly signKey: string;
  /** RFC 7638 thumbprint of the session key. */
  readonly sessionKey: string;
  /** Hash of the client release. */
  readonly build: string;
}

/** What is signed for a step-up: this act, on this object, with this body, once. */
export interface StepUpStatement {
  readonly challengeId: string;
  readonly challenge: string;
  readonly action: Action;
  readonly objectId: string;
  /** Of the request that will carry the step-up, as in the claim `bh` of its proof. */
  readonly bodyHash: string;
}

/** The answer to a sign-in and to a step-up: a token that nobody had before. */
export interface SessionOpened {
  readonly sessionId: string;
  /** Only where no cookie was set: a program that is no browser keeps it itself. */
  readonly token?: string;
  /** Claim `ath` of every proof of this session (RFC 9449, section 4.2). */
  readonly ath: string;
  readonly idleSeconds: number;
  readonly endsAt: string;
  readonly nonce: string;
  /** The highest `seq` that the server has seen of the device; the next proof is above it. */
  readonly highestSeq: number;
}

/** One line of `GET /sessions`: the person's own. */
export interface SessionSummary {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly acr: SignInMethod;
  readonly openedAt: string;
  /** When a person last did something in it, to the second. */
  readonly lastUsedAt: string;
  readonly idleUntil: string;
  readonly endsAt: string;
  readonly current: boolean;
}

/** `POST /sessions/step-up`. The token is new, as after a sign-in. */
export interface StepUpGranted extends SessionOpened {
  readonly stepUpId: string;
  readonly stepUpUntil: string;
}

/** `POST /sessions/socket-tickets`: good for one handshake. */
export interface SocketTicket {
  readonly ticket: string;
  readonly expiresAt: string;
}

/** `POST /declarations`. */
export interface PurposeDeclared {
  readonly declarationId: string;
  readonly purpose: Purpose;
}
