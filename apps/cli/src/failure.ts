import { ServerProblem } from '@enlace/client';
import { isDomainError, type DomainError } from '@enlace/kernel';
import { CliError } from './command-line/cli-error.js';
import { EXIT } from './exit-codes.js';

/**
 * Whatever ended a command, as the command line tells it. Only what came as the answer of the server is a refusal of
 * the server: the same code thrown by a library says that something shown to this program does not hold.
 */
export function failureOf(cause: unknown): CliError {
  if (cause instanceof CliError) return cause;
  if (isDomainError(cause)) return refusalOf(cause);
  // Failures of the machine (a folder that cannot be read, no process to be had), in its own words.
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CliError('io.failed', { reason }, { cause });
}

/** What must not be done in a thread as it stands; nothing is wrong with anybody. */
const NOT_NOW: ReadonlySet<string> = new Set([
  'thread.plan-refused',
  'thread.unread',
  'thread.contended',
  'thread.not-taking-part',
  'ack.not-asked',
  'outbox.full',
]);
/** What somebody wanted to say is no content of an entry. */
const NO_CONTENT: ReadonlySet<string> = new Set([
  'content.malformed',
  'entry.too-large',
  'record.refused',
]);
const NOT_HERE: ReadonlySet<string> = new Set(['record.absent', 'record.incomplete']);
/** Of files, facts, exports and secrets: told in words of their own. */
const OWN_TEXTS = [
  'audit.no-scope',
  'export.refused',
  'fact.refused',
  'file.changed',
  'file.not-named',
  'unlock.paused',
] as const;
/** Refusals of requests that have a text of their own. */
const OF_REQUESTS = [
  'consent.no-entry',
  'consent.not-asked',
  'information.no-focal-point',
  'information.no-question',
  'information.not-asked',
  'information.not-in-thread',
  'request.annex-missing',
  'request.no-source',
  'request.not-exculpatory',
  'request.not-yours',
  'request.nothing-to-waive',
  'request.preview',
  'request.source-unheld',
  'request.wrong-thread',
] as const;
/** Persons would not be protected: nothing went out, and somebody has to look. */
const UNPROTECTED = ['information.unprotected', 'request.unprotected'] as const;

/** The code of the problem is kept. */
function refusalOf(error: DomainError): CliError {
  const problem = error.code;
  const facts = { ...error.facts, problem };
  if (problem === 'client.unreachable') {
    return new CliError('server.unreachable', {}, { cause: error });
  }
  // An answer of no form at all (a proxy's page, say) accuses nobody.
  const isFormless = problem.startsWith('client.') || problem === 'body.malformed';
  if (error instanceof ServerProblem || isFormless) {
    return new CliError('server.answered', facts, { cause: error });
  }
  if (problem === 'thread.stopped') return new CliError('thread.stopped', facts, alert(error));
  if (NOT_NOW.has(problem)) {
    const rule = error.facts['rule'] ?? problem;
    if (rule === 'recipients') return new CliError('handling.recipients', {}, { cause: error });
    return new CliError('thread.not-now', { ...facts, rule }, { cause: error });
  }
  const ofRecord = refusalOfRecord(error);
  if (ofRecord !== null) return ofRecord;
  if (NO_CONTENT.has(problem)) {
    return new CliError('content.refused', facts, { cause: error, exitCode: EXIT.malformed });
  }
  // A secret that somebody mistyped is no alarm; of changed bytes nobody can tell it apart.
  if (problem === 'vault.not-opened') {
    return new CliError('vault.not-opened', {}, { cause: error });
  }
  return new CliError('integrity.failed', facts, alert(error));
}

/** Of files, records and requests in threads: those that have a text of their own. */
function refusalOfRecord(error: DomainError): CliError | null {
  const own = OWN_TEXTS.find((code) => code === error.code);
  if (own !== undefined) return new CliError(own, error.facts, { cause: error });
  const facts = { ...error.facts, problem: error.code };
  const unprotected = UNPROTECTED.find((code) => code === error.code);
  if (unprotected !== undefined) return new CliError(unprotected, facts, alert(error));
  const ofRequest = OF_REQUESTS.find((code) => code === error.code);
  if (ofRequest !== undefined) return new CliError(ofRequest, facts, { cause: error });
  if (!NOT_HERE.has(error.code)) return null;
  return new CliError('record.not-here', facts, { cause: error });
}

function alert(cause: DomainError) {
  return { cause, exitCode: EXIT.alert };
}
