import { CliError } from '../command-line/cli-error.js';
import { EXIT } from '../exit-codes.js';

/** A token that does not say what it must, or that nobody answers for. `rule` is for logs and tests. */
export function refused(rule: string, cause?: unknown): CliError {
  const options = cause === undefined ? {} : { cause };
  return new CliError('timestamp.refused', { rule }, { exitCode: EXIT.alert, ...options });
}
