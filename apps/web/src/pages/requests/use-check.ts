import { systemClock, type JsonObject } from '@enlace/kernel';
import {
  check,
  parseDay,
  sectionOf,
  type Finding,
  type PackSet,
  type SoundReport,
} from '@enlace/mla';
import { useMemo } from 'react';

/** Today where this browser stands. */
export function today() {
  const now = new Date(systemClock.nowMs());
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parseDay(parts.map((part) => String(part).padStart(2, '0')).join('-'));
}

/** The check of a document; null without packs, and for what is no request: then nothing is verified. */
export function useReport(document: JsonObject, packs: PackSet | null): SoundReport | null {
  return useMemo(() => {
    if (packs === null) return null;
    const report = check(document, packs, today());
    return report.verdict === 'malformed' ? null : report;
  }, [document, packs]);
}

/** Findings by each place that they name. */
export function findingsByPlace(findings: readonly Finding[]): ReadonlyMap<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const path of finding.paths) found.set(path, [...(found.get(path) ?? []), finding]);
  }
  return found;
}

/** Whether a finding is about something that is written in a section. */
export function isInSection({ paths }: Finding, at: number): boolean {
  return paths.some((path) => sectionOf(path) === at);
}
