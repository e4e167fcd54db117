import { DomainError, type JsonObject } from '@enlace/kernel';
import {
  check,
  digestOf,
  openBlockers,
  project,
  withoutNames,
  type IsoDate,
  type MlaRequest,
  type PackSet,
  type ProjectionOptions,
  type Waiver,
} from '@enlace/mla';

import { asJson } from './request-schema.js';

/** Persons would not be protected: nothing is shared. `facts.rules` says by which rules. */
export class RequestUnprotected extends DomainError {
  override readonly code = 'request.unprotected';
  override readonly kind = 'forbidden';

  constructor(rules: readonly string[]) {
    super('rules of protection block', { facts: { rules: rules.join(' ') } });
  }
}

/** With what a request is checked. */
export interface CheckGround {
  readonly packs: PackSet;
  readonly today: IsoDate;
  /** What was considered of the draft. */
  readonly waivers?: readonly Waiver[];
}

/** Exactly what the requested State would see, and by what name a person confirms it. */
export interface Preview {
  readonly projection: JsonObject;
  readonly sha256: string;
  /** What the draft is called, with codes in place of whom that names. */
  readonly title: (title: string) => string;
}

/** What stands in place of what was left out, whatever it was: a list made from one request would tell of it. */
export const REDACTED = [
  '/annexes',
  '/facts/sources',
  '/measures/identifiers',
  '/persons',
] as const;

/** The projection, after the rules of protection. Throws `request.unprotected`. */
export function previewOf(
  request: MlaRequest,
  { packs, today, waivers = [] }: CheckGround,
  ticked: Omit<ProjectionOptions, 'today'> = {},
): Preview {
  const report = check(request, packs, today);
  const findings = report.verdict === 'malformed' ? [] : report.findings;
  const open = openBlockers(findings, request, waivers).filter(({ group }) => group === 'D');
  if (open.length > 0) throw new RequestUnprotected(open.map(({ rule }) => rule));
  const projection = asJson(project(request, { ...ticked, today }));
  return { projection, sha256: digestOf(projection), title: withoutNames(request) };
}
