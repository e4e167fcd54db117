import { covers, type ProvenErasure } from '@enlace/tlog';
import { problemOf, VERIFY_EXIT, type LogFinding } from './findings.js';

/** An act of the own State whose `what` the server does not show, because it was erased, as the server says. */
export interface GonePlace {
  readonly origin: string;
  readonly index: number;
}

/** What an event of a log says is gone. */
export interface ToldErasure extends ProvenErasure {
  readonly origin: string;
}

/**
 * What nobody explains: of each act that is not shown, an event of its log after it, or of another log, must say that
 * its `what` was erased. What a State keeps three years is erased by the log of three years later.
 */
export function withUnexplained(
  {
    gone,
    erasures,
  }: { readonly gone: readonly GonePlace[]; readonly erasures: readonly ToldErasure[] },
  finding: LogFinding,
): LogFinding {
  const { origin } = finding;
  const isExplained = (index: number) =>
    erasures.some(
      (one) =>
        covers(one, { origin, index, section: 'what' }) &&
        (one.origin !== origin || one.index > index),
    );
  const problems = gone
    .filter((one) => one.origin === origin && !isExplained(one.index))
    .map(({ index }) => problemOf('event.erased-unexplained', VERIFY_EXIT.missing, { index }));
  return { ...finding, problems: [...finding.problems, ...problems] };
}
