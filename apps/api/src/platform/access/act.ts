import type { AuditEventType, AuditWhy, Subject } from '@enlace/contracts';
import type { DeviceId, EventId, JsonObject } from '@enlace/kernel';

import type { SessionContext, SessionHash, Transaction } from '../database/database.js';

/** Where a request came in. */
export type Via = 'web' | 'cli' | 'socket';

/** A request proof that was verified, as far as the record of the act needs it. */
export interface ActProof {
  readonly jwt: string;
  readonly deviceId: DeviceId;
  /** Counter of the device; each number is used up by exactly one event. */
  readonly seq: number;
  /** 1 when a person did something, else 0. */
  readonly act: 0 | 1;
}

/** What an act left in the record: its id and the leaf that will stand in the log. */
export interface RecordedEvent {
  readonly eventId: EventId;
  readonly leaf: Uint8Array;
}

/** What tickets of a session are made with, and the one that a request carries. */
export interface Ticketing {
  readonly key: Uint8Array;
  readonly shown: string | null;
}

/** A request or socket event as the door knows it. Made by the door and never by a service. */
export interface ActContext {
  /** The request id. */
  readonly correlationId: string;
  /** Route template or name of the socket event. */
  readonly target: string;
  readonly via: Via;
  /** The event types that the handler declares; empty for one that is not audited. */
  readonly declared: readonly AuditEventType[];
  /** `null` before sign-in. */
  readonly sidHash: SessionHash | null;
  /** `null` where none is required. */
  readonly proof: ActProof | null;
  /** The section `attest` of the primary event: the proof, the signed body, or nothing. */
  readonly attest: JsonObject;
  readonly where: { readonly ip: string; readonly userAgent: string };
  readonly why: AuditWhy;
  /** A second factor that was shown for this very request; absent when there was none. */
  readonly stepUp?: NonNullable<Subject['stepUp']>;
  /** The witness whose token a request carries, where its handler takes one; a witness has no session. */
  readonly witness?: string;
  /** Absent without a session or a witness. */
  readonly ticketing?: Ticketing;
  /** Told once, after the commit, of the primary event: the door signs the receipt for it. */
  readonly onRecorded?: (event: RecordedEvent) => void;
}

/** The one open transaction of an act. A lost race runs the act again with another one. */
export interface ActTransaction {
  readonly tx: Transaction;
  /** `null` before sign-in. */
  readonly session: SessionContext | null;
  readonly act: ActContext;
}
