import {
  CLIENT_EVENT_LIMITS,
  ROUTES,
  SIZE_LIMITS,
  type ClientEventsTaken,
  type ClientStatedFields,
  type ClientStatedType,
  type SignedClientEvent,
} from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  isDomainError,
  isJsonObject,
  newId,
  parseStrictJson,
  parseUtf8,
  utf8,
  type Clock,
  type JsonObject,
  type JsonValue,
  type Random,
} from '@enlace/kernel';
import { SIGNING_LABELS } from '@enlace/trust';

import { signParts, type SigningDevice } from '../../session/sign-in.js';
import type { Session } from '../../session/session.js';
import type { LocalStore } from '../../store/local-store.js';
import { StoreDamaged } from '../../store/sealed-store.js';
import { AnswerMalformed } from '../../transport/client-error.js';

const TABLE = 'client-statements';
/** Disputes go alone, each with the receipt that it is about. */
const DISPUTES = 'client-disputes';
/** What one request carries at most, below the limit of the server for a body. In characters. */
const BATCH_CHARACTERS = SIZE_LIMITS.jsonBodyBytes - 1_024;

/** The request of a dispute. */
export const DISPUTING = { method: 'POST', path: ROUTES.auditOwnDisputes } as const;

export interface StatementPorts {
  readonly device: Pick<SigningDevice, 'deviceId' | 'seed'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Something that happened on this device, in the words of its type. */
export type ClientStated = {
  [Type in ClientStatedType]: { readonly type: Type } & ClientStatedFields[Type];
}[ClientStatedType];

/** A statement with the id by which it is one event. */
export interface SignedStatement extends SignedClientEvent {
  readonly id: string;
}

/** Signs a statement of the device; its id makes it one event, however often it is sent. */
export function signStated(
  stated: ClientStated,
  { device, clock, random }: StatementPorts,
  id: string = newId(clock, random),
): SignedStatement {
  const body: JsonObject = {
    ...stated,
    v: 1,
    id,
    deviceId: device.deviceId,
    at: formatInstant(clock.nowMs()),
  };
  return { ...signParts(SIGNING_LABELS.clientEvent, body, device.seed), id };
}

/**
 * What this device has to say to the record, signed and durable before anything else happens, and kept until the server
 * has acknowledged it: the device may be offline for days, and may be restarted.
 *
 * If the program dies after the server took a statement and before it was forgotten here: it is sent again, and the
 * server finds its id.
 */
export class ClientStatements {
  readonly #store: LocalStore;
  readonly #ports: StatementPorts;

  constructor(store: LocalStore, ports: StatementPorts) {
    this.#store = store;
    this.#ports = ports;
  }

  /** When it resolves, the statement survives a restart. */
  async state(stated: ClientStated): Promise<void> {
    const { id, body, sig } = signStated(stated, this.#ports);
    await this.#store.put(TABLE, id, utf8(canonicalJson({ body, sig })));
  }

  /** A dispute that nobody has taken yet, with its receipt. */
  async keepDispute({ id, body, sig }: SignedStatement, receipt: string): Promise<void> {
    await this.#store.put(DISPUTES, id, utf8(canonicalJson({ body, sig, receipt })));
  }

  /** How many wait for the server. */
  async waiting(): Promise<number> {
    const waiting = await Promise.all([TABLE, DISPUTES].map((table) => this.#store.keys(table)));
    return waiting.flat().length;
  }

  /**
   * Sends what waits, oldest first, and forgets what was acknowledged; returns how many that were. Throws the refusal
   * of the server, `client.unreachable`, `store.damaged`: what was not acknowledged waits on.
   */
  async send(session: Session): Promise<number> {
    const sent = await this.#sendStatements(session);
    return sent + (await this.#sendDisputes(session));
  }

  /** A dispute that the server says is none is forgotten here: the person has the file. */
  async #sendDisputes(session: Session): Promise<number> {
    const ids = (await this.#store.keys(DISPUTES)).toSorted();
    for (const id of ids) {
      const bytes = await this.#store.get(DISPUTES, id);
      if (bytes === null) continue;
      const dispute = parseStrictJson(parseUtf8(bytes));
      try {
        await session.request({ ...DISPUTING, body: dispute }, 'background');
      } catch (error) {
        if (!isDomainError(error, 'client-event.refused')) throw error;
      }
      await this.#store.delete(DISPUTES, id);
    }
    return ids.length;
  }

  /** What the sending itself brings up waits on: a server that gives no receipts would never let it end. */
  async #sendStatements(session: Session): Promise<number> {
    // Ids begin with their time: the order of names is that of the statements.
    const waiting = new Set((await this.#store.keys(TABLE)).toSorted());
    let sent = 0;
    for (;;) {
      const batch = await this.#nextBatch(waiting);
      if (batch.length === 0) return sent;
      const statements = batch.map(({ body, sig }) => ({ body, sig }));
      const request = { method: 'POST', path: ROUTES.auditClientEvents } as const;
      const taken = readTaken(
        await session.request({ ...request, body: { statements } }, 'background'),
      );
      // A server that says it took more or fewer has not understood; nothing is forgotten on its word.
      if (taken.recorded + taken.known !== batch.length) throw new AnswerMalformed('statements');
      for (const { id } of batch) {
        await this.#store.delete(TABLE, id);
        waiting.delete(id);
      }
      sent += batch.length;
    }
  }

  async #nextBatch(waiting: ReadonlySet<string>): Promise<readonly SignedStatement[]> {
    const batch: SignedStatement[] = [];
    let characters = 0;
    for (const id of waiting) {
      const bytes = await this.#store.get(TABLE, id);
      if (bytes === null) continue;
      characters += bytes.length + 1;
      const isFull = batch.length === CLIENT_EVENT_LIMITS.statements;
      if (isFull || characters > BATCH_CHARACTERS) break;
      batch.push({ id, ...readKept(bytes) });
    }
    return batch;
  }
}

function readKept(bytes: Uint8Array): SignedClientEvent {
  const value = parseStrictJson(parseUtf8(bytes));
  const { body, sig } = isJsonObject(value) ? value : {};
  if (typeof body === 'string' && typeof sig === 'string') return { body, sig };
  throw new StoreDamaged('not a statement');
}

// Attacker-controlled: what the server answers.
function readTaken(body: JsonValue): ClientEventsTaken {
  const { recorded, known } = isJsonObject(body) ? body : {};
  if (!Number.isSafeInteger(recorded) || !Number.isSafeInteger(known)) {
    throw new AnswerMalformed('statements');
  }
  return { recorded: Number(recorded), known: Number(known) };
}
