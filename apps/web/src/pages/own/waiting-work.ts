import type { RecordIntegrity, Registry } from '../../protocol/operations.js';

/** A witness whose newest word is so much older than that of the quickest one is late. In milliseconds. */
const LATE_MS = 15 * 60_000;
type Log = RecordIntegrity['logs'][number];

/** How much on a registrar's desk waits for this registrar and not for another one. */
export function toDecide({ invitations }: Pick<Registry, 'invitations'>) {
  const of = (step: string) => invitations.filter((each) => each.step === step);
  return {
    approvals: of('proposed').filter(({ isOwn }) => !isOwn).length,
    certificates: of('claimed').filter(({ hasCertified }) => !hasCertified).length,
  };
}

/** What is wrong with the logs: those that do not hold, that too few have signed, witnesses that are late. */
export function inTrouble({
  logs,
  disputes,
  counterGaps,
}: Pick<RecordIntegrity, 'logs' | 'disputes' | 'counterGaps'>) {
  const isAlarm = (log: Log): boolean => log.standing === 'refused' || log.state === 'halted';
  // A log that nobody has signed yet is a year that begins.
  const isSigned = (log: Log): boolean => !isAlarm(log) && log.standing !== 'unsigned';
  return {
    alarms: logs.filter(isAlarm).map(({ origin }) => origin),
    few: logs.filter((log) => isSigned(log) && !log.isQuorumMet).map(({ origin }) => origin),
    late: logs.filter(({ state }) => state === 'open').flatMap(lateIn),
    open: disputes + counterGaps,
  };
}

function lateIn({ origin, witnesses }: Log) {
  const newestMs = Math.max(...witnesses.map(({ cosignedAt }) => Date.parse(cosignedAt)));
  return witnesses
    .filter(({ cosignedAt }) => newestMs - Date.parse(cosignedAt) > LATE_MS)
    .map(({ name }) => ({ name, origin }));
}
