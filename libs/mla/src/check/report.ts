import type { Severity } from '../catalogue/catalogue.js';
import type { Text } from '../catalogue/labels.js';
import type { FactUse } from '../packs/fact-reader.js';
import type { Governing } from '../packs/governing.js';
import type { PackReview } from '../packs/pack-schema.js';
import type { Problem } from '../request/problem.js';
import type { Finding } from './finding.js';

export const REPORT_FORMAT = 'enlace-precheck/1';
/** Version of the engine; rules have versions of their own in the catalogue. */
export const ENGINE_VERSION = '1.0.0';

/** Exit codes of the command line, one for each verdict. */
export const EXIT_CODES = {
  ready: 0,
  'ready-with-points': 1,
  'not-ready': 2,
  malformed: 3,
} as const;
export type Verdict = keyof typeof EXIT_CODES;

/** What no rule ever looks at; printed on every report. */
export const NOT_CHECKED = [
  'truth',
  'lawfulness',
  'competence',
  'immunities',
  'domestic-law',
  'sanctions',
  'translation',
] as const;

export interface Engine {
  readonly version: string;
  readonly catalogue: string;
  readonly rules: number;
}

/** A point that could not be checked, and the question to put to the State. */
export interface Unknown {
  readonly rule: string;
  readonly subject: string;
  readonly fact: string;
  readonly question: Text;
}

export interface Alternative {
  readonly rule: string;
  readonly subject: string;
  readonly route: string;
}

/** `isOff`: a State of the request rejected the rule, which is not asked therefore. */
export type Review = PackReview & { readonly isOff: boolean };

export interface SoundReport {
  readonly format: typeof REPORT_FORMAT;
  readonly engine: Engine;
  readonly today: string;
  readonly verdict: Exclude<Verdict, 'malformed'>;
  readonly exitCode: number;
  readonly request: {
    readonly id: string | null;
    readonly schemaVersion: string;
    readonly requestingState: string | null;
    readonly requestedState: string | null;
    readonly sha256: string;
  };
  readonly packs: {
    readonly id: string;
    readonly version: string;
    readonly sha256: string;
    readonly requestedVerifiedOn: string | null;
  };
  readonly governing: Governing;
  /** What jurists said of rules, as far as it counts on the day. */
  readonly reviews: readonly Review[];
  readonly counts: Readonly<Record<Severity | 'unknown', number>>;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
  readonly factsUsed: readonly FactUse[];
  readonly alternatives: readonly Alternative[];
  readonly mlaNotNeeded: boolean;
  readonly notChecked: readonly string[];
}

export interface MalformedReport {
  readonly format: typeof REPORT_FORMAT;
  readonly engine: Engine;
  readonly verdict: 'malformed';
  readonly exitCode: number;
  readonly problems: readonly Problem[];
}

/** The result of a check. It holds no score: findings, what could not be checked, and what never is. */
export type Report = SoundReport | MalformedReport;

/** Any blocker: not ready; anything but advice: points to fix. */
export function verdictOf(findings: readonly Finding[]): SoundReport['verdict'] {
  if (findings.some(({ severity }) => severity === 'blocker')) return 'not-ready';
  return findings.some(({ severity }) => severity !== 'advice') ? 'ready-with-points' : 'ready';
}
