import type { X509Certificate } from 'node:crypto';
import { isDomainError } from '@enlace/kernel';
import type { BundleProblem, BundleReport } from '@enlace/trust';
import { openTimeStamp, type TimeStamp } from '../../timestamp/open-token.js';

/** What an authority of time says of a checkpoint; whether anybody answers for it here is another thing. */
export interface CheckedStamp extends TimeStamp {
  readonly file: string;
  readonly isAnsweredFor: boolean;
}

/** What was found in a bundle, and what its time stamps say. */
export interface StampedReport extends BundleReport {
  readonly stamps: readonly CheckedStamp[];
}

/**
 * Opens the time stamps of a bundle, each over its own checkpoint. One that is about something else, that was changed,
 * or for which no authority of whoever verifies answers, is a fault; without authorities it is only not checked.
 */
export function withStamps(
  report: BundleReport,
  authorities: readonly X509Certificate[] | null,
): StampedReport {
  const stamps: CheckedStamp[] = [];
  const problems: BundleProblem[] = [];
  const refuse = (file: string, detail: string): void => {
    problems.push({ kind: 'integrity', code: 'timestamp.refused', file, index: null, detail });
  };
  for (const { file, note, token } of report.timestamps) {
    try {
      if (note === null) refuse(file, 'no-checkpoint');
      else {
        const stamp = openTimeStamp(token, { file: note, nonce: null, authorities });
        stamps.push({ ...stamp, file, isAnsweredFor: authorities !== null });
      }
    } catch (error) {
      if (!isDomainError(error, 'timestamp.refused')) throw error;
      refuse(file, String(error.facts['rule']));
    }
  }
  return { ...report, stamps, problems: [...report.problems, ...problems] };
}
