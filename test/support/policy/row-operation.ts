import type { Action, PolicyObject } from '@enlace/contracts';
import { canonicalJson, newRandomId, systemRandom, toBase64Url, utf8 } from '@enlace/kernel';
import { testId, type PlantedSession } from '@enlace/testing';

export const STATES = ['CR', 'PA'] as const;
export type Home = (typeof STATES)[number];

/** Where the session stands in the thread and the case of its target. */
export type Standing = NonNullable<PolicyObject['membership']> | 'none';

/** Whose rows they are: a person's of a State, with a case and a thread. */
export interface Target {
  readonly state: Home;
  readonly personId: string;
  readonly sessionId: string;
  readonly threadId: string;
  readonly standing: Standing;
}

type Values = (target: Target, by: PlantedSession) => readonly unknown[];

/** What is done to rows by a service that forgot to ask the policy. */
export interface RowOperation {
  readonly name: string;
  /** One of them suffices; the database can do no more than what one of them lets do. */
  readonly actions: readonly [Action, ...Action[]];
  readonly sql: string;
  readonly values: Values;
  /** The effect stands in the last row's first column, where a function answers; else rows count. */
  readonly isFunction?: boolean;
  /** `self`: it names nobody, and is asked about oneself. `thread`: it is asked of every standing. */
  readonly of?: 'self' | 'thread';
  /** The object, where it is something else than a row of its State. */
  readonly object?: Partial<PolicyObject>;
}

/** The key of the device that a session of recovery is for. */
export const RECOVERING_KEY = 'k'.repeat(43);

export const contactOf = (state: Home) => toBase64Url(utf8(`contact of ${state}`.padEnd(32)));
export const cardOf = (state: Home) => toBase64Url(utf8(`card of ${state}`.padEnd(32)));
export const certificateOf = (personId: string) => toBase64Url(utf8(personId.replaceAll('-', '')));
export const personOf = (state: Home) => testId(`${state}:person`, 4);
export const plantedIdOf = (state: Home, name: string) => testId(`${state}:${name}`, 7);

export const wireOf = (body: object): string =>
  canonicalJson({ body: Buffer.from(JSON.stringify(body)).toString('base64url'), sigs: [] });

/** A statement that says what it is about, as a service would put it into the log unread. */
export function statement(
  type: string,
  body: (target: Target, by: PlantedSession) => Readonly<Record<string, unknown>> = () => ({}),
): Pick<RowOperation, 'sql' | 'values'> {
  return {
    sql: `SELECT guard.append_statement(9999, $1, 's', $2, $3, now(), false)`,
    values: (target, by) => [
      toBase64Url(systemRandom.bytes(32)),
      newRandomId(systemRandom),
      wireOf({ type, state: target.state, serial: 1, ...body(target, by) }),
    ],
  };
}
