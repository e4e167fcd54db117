import { digestOf } from '../packs/digest.js';
import type { MlaRequest } from '../request/model.js';
import { ENGINE_ERROR, type Finding } from './finding.js';

/** Rules beside those of protection that one person alone does not lift: a stop that another State asked for. */
const STOPS: ReadonlySet<string> = new Set(['informal-cited', 'exculpatory-notice']);

/** What somebody considered and goes on with: a finding of one version of its rule, about values as they stood. */
export interface Waiver {
  readonly rule: string;
  readonly ruleVersion: number;
  readonly subject: string;
  /** SHA-256 of the values that the finding is about, in hexadecimal. */
  readonly values: string;
  readonly by: string;
  /** A cooperation officer or an official of the central authority. */
  readonly isOfficer: boolean;
}

/** What a waiver of a finding is bound to: it lapses when any of it changes (mla.md, section 2.5). */
export function waivedPart(
  { rule, ruleVersion, subject, paths }: Finding,
  request: MlaRequest,
): Omit<Waiver, 'by' | 'isOfficer'> {
  const values = paths.toSorted().map((path) => [path, valueAt(request, path) ?? null]);
  return { rule, ruleVersion, subject, values: digestOf(values) };
}

/** A defect of the engine is nobody's to consider. */
export function isWaivable({ rule }: Finding): boolean {
  return rule !== ENGINE_ERROR;
}

/** Whether a rule protects persons, or holds a stop: it stays on whatever one official of one State signs of it. */
export function staysOn({ id, group }: { readonly id: string; readonly group: string }): boolean {
  return group === 'D' || STOPS.has(id);
}

/** Whether a finding takes two persons, the second of them an officer. */
export function takesTwo({ rule, group, severity }: Finding): boolean {
  return (group === 'D' && severity === 'blocker') || STOPS.has(rule);
}

/**
 * Blockers that nobody has considered, or not enough persons have. Waivers come in the order in which they were made.
 * The report, its verdict and its exit code stay what they are.
 */
export function openBlockers(
  findings: readonly Finding[],
  request: MlaRequest,
  waivers: readonly Waiver[],
): readonly Finding[] {
  return findings.filter((finding) => {
    if (finding.severity !== 'blocker') return false;
    if (!isWaivable(finding)) return true;
    const part = waivedPart(finding, request);
    const about = waivers.filter(
      (one) =>
        one.rule === part.rule &&
        one.ruleVersion === part.ruleVersion &&
        one.subject === part.subject &&
        one.values === part.values,
    );
    const [first, ...later] = about;
    if (first === undefined) return true;
    const isSeconded = later.some(({ by, isOfficer }) => by !== first.by && isOfficer);
    return takesTwo(finding) && !isSeconded;
  });
}

/** The value that a JSON pointer (RFC 6901) names; nothing where there is none. */
function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, name) => {
      const isInside = typeof at === 'object' && at !== null && Object.hasOwn(at, name);
      return isInside ? Reflect.get(at, name) : undefined;
    }, value);
}
