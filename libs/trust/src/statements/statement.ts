import type { z } from 'zod';

import type { JsonObject, JsonValue } from '@enlace/kernel';

import { statementId, type StatementId } from '../fingerprint.js';
import { parseSignedObject, type SignedObject } from '../signed-object.js';
import { StatementRefused } from '../trust-error.js';
import {
  logKey,
  registrarCert,
  rootReplacement,
  rootRotation,
  stateAdmission,
  statePolicy,
  stateRemoval,
  stateRoot,
  witnessKey,
} from './authority-bodies.js';
import { factConfirmation } from './fact-bodies.js';
import {
  contact,
  contactApproval,
  contactConfirmation,
  deviceCert,
  office,
  personCert,
  revocation,
} from './people-bodies.js';

const SCHEMAS = {
  'state-root': stateRoot,
  'root-rotation': rootRotation,
  'root-replacement': rootReplacement,
  'state-policy': statePolicy,
  'registrar-cert': registrarCert,
  office,
  'person-cert': personCert,
  'device-cert': deviceCert,
  revocation,
  contact,
  'contact-approval': contactApproval,
  'contact-confirmation': contactConfirmation,
  'witness-key': witnessKey,
  'state-admission': stateAdmission,
  'state-removal': stateRemoval,
  'log-key': logKey,
  'fact-confirmation': factConfirmation,
} as const;

export type StatementType = keyof typeof SCHEMAS;
/** The body of a statement, by its type. */
export type BodyOf<Type extends StatementType> = Readonly<z.infer<(typeof SCHEMAS)[Type]>>;
export type StatementBody = { [Type in StatementType]: BodyOf<Type> }[StatementType];

export type StateRoot = BodyOf<'state-root'>;
export type StatePolicy = BodyOf<'state-policy'>;
export type RegistrarCert = BodyOf<'registrar-cert'>;
export type Office = BodyOf<'office'>;
export type PersonCert = BodyOf<'person-cert'>;
export type DeviceCert = BodyOf<'device-cert'>;
export type Revocation = BodyOf<'revocation'>;
export type Contact = BodyOf<'contact'>;

/** The byte `kind` of a directory leaf. Numbers are for ever. */
export const STATEMENT_KINDS = {
  'state-root': 1,
  'root-rotation': 2,
  'root-replacement': 3,
  'state-policy': 4,
  'registrar-cert': 5,
  office: 6,
  'person-cert': 7,
  'device-cert': 8,
  revocation: 9,
  contact: 10,
  'contact-approval': 11,
  'contact-confirmation': 12,
  'witness-key': 13,
  'state-admission': 14,
  'state-removal': 15,
  'log-key': 16,
  'fact-confirmation': 17,
} as const satisfies Readonly<Record<StatementType, number>>;

/** A statement whose form holds. Only the fold says whether the right keys signed it. */
export interface Statement<Body = StatementBody> {
  readonly type: StatementType;
  readonly id: StatementId;
  readonly body: Body;
  readonly object: SignedObject;
}

/** Reads the wire of a statement. Throws `statement.refused`. */
export function parseStatement(wire: string): Statement {
  const object = parseSignedObject(wire);
  const body = parseBody(object.body);
  return { type: body.type, id: statementId(object.bodyBytes), body, object };
}

/** Checks the members of a body. Throws `statement.refused`, naming the first member that is wrong. */
export function parseBody(body: JsonObject): StatementBody {
  const { type } = body;
  if (!isStatementType(type)) throw new StatementRefused('type');
  const parsed = SCHEMAS[type].safeParse(body);
  if (parsed.success) return parsed.data;
  throw new StatementRefused(`member-${parsed.error.issues[0]?.path[0]?.toString() ?? 'unknown'}`);
}

function isStatementType(type: JsonValue | undefined): type is StatementType {
  return typeof type === 'string' && Object.hasOwn(SCHEMAS, type);
}

/** The member that names what a statement is about; null where it is the State itself. */
const SUBJECT_MEMBERS = {
  'state-root': null,
  'root-rotation': null,
  'root-replacement': null,
  'state-policy': null,
  'registrar-cert': 'registrarId',
  office: 'officeId',
  'person-cert': 'personId',
  'device-cert': 'deviceId',
  revocation: 'target',
  contact: 'contactId',
  'contact-approval': 'contact',
  'contact-confirmation': 'contact',
  'witness-key': null,
  'state-admission': 'admitted',
  'state-removal': 'removed',
  'log-key': 'origin',
  'fact-confirmation': 'path',
} as const satisfies { readonly [Type in StatementType]: keyof BodyOf<Type> | null };

/** What a statement is about: serials count for each type, State and subject. Empty where the State itself is meant. */
export function subjectOf(body: StatementBody): string {
  const member = SUBJECT_MEMBERS[body.type];
  const subject: unknown = member === null ? '' : Reflect.get(body, member);
  return typeof subject === 'string' ? subject : '';
}
