import { requestIn } from '@enlace/client';
import type { JsonObject } from '@enlace/kernel';
import { openBlockers, type Report, type Waiver } from '@enlace/mla';

/** Whether a draft has a blocker that nobody considered, or is no request at all. */
export function isBlocked(report: Report, waivers: readonly Waiver[], draft: JsonObject): boolean {
  const request = requestIn(draft);
  if (report.verdict === 'malformed' || request === null) return true;
  return openBlockers(report.findings, request, waivers).length > 0;
}
