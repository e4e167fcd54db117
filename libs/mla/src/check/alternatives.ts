import type { Case } from './case.js';
import type { Finding } from './finding.js';
import type { Alternative } from './report.js';

interface Route {
  readonly route: string;
  /** Whether the route takes the place of the measure, or goes beside it. */
  readonly replaces: boolean;
}

/** Ways that need no MLA, by the rule that points to them (CRM plan, Eje 2, action 3). */
const ROUTES: Readonly<Record<string, Route>> = {
  'document-verification-path': { route: 'protocol-13', replaces: true },
  'return-path': { route: 'consular', replaces: true },
  'vessel-boarding-path': { route: 'protocol-8-6', replaces: true },
  'migration-informal': { route: 'police', replaces: true },
  'criminal-record-police': { route: 'police', replaces: true },
  'public-record': { route: 'public-register', replaces: true },
  'informal-enough': { route: 'thread', replaces: true },
  'data-us-direct-noncontent': { route: 'provider-direct', replaces: false },
  'data-emergency-route': { route: '24-7', replaces: false },
  'joint-as-measure': { route: 'joint-investigation', replaces: false },
  'joint-better': { route: 'joint-investigation', replaces: false },
};

export function alternativesOf(findings: readonly Finding[]): Alternative[] {
  return findings.flatMap(({ rule, subject }) => {
    const way = ROUTES[rule];
    return way ? [{ rule, subject, route: way.route }] : [];
  });
}

/** Whether everything the request asks for can be had without one. */
export function isMlaNotNeeded(findings: readonly Finding[], the: Case): boolean {
  if (findings.some(({ rule }) => rule === 'informal-enough')) return true;
  const replaced = new Set(
    findings.filter(({ rule }) => ROUTES[rule]?.replaces).map(({ subject }) => subject),
  );
  return the.measures.length > 0 && the.measures.every(({ subject }) => replaced.has(subject));
}
