import { DomainError, type ErrorFacts, type ErrorKind } from '@enlace/kernel';
import { EXIT } from '../exit-codes.js';
import { ERROR_TEXTS, fillText, type CliErrorCode } from './error-texts.js';
import type { Language } from './language.js';

/**
 * A command could not do what it was asked. The code says why, the exit code what a script may conclude; the text for
 * a person comes from the catalogue, by code and language.
 */
export class CliError extends DomainError {
  readonly kind: ErrorKind = 'invalid';
  readonly exitCode: number;
  /** Lines of another program that explain the failure, in its own words. */
  readonly reasons: readonly string[];

  constructor(
    readonly code: CliErrorCode,
    facts: ErrorFacts = {},
    options: { cause?: unknown; exitCode?: number; reasons?: readonly string[] } = {},
  ) {
    super(fillText(ERROR_TEXTS[code].en, facts), { cause: options.cause, facts });
    this.exitCode = options.exitCode ?? EXIT.cannotRun;
    this.reasons = options.reasons ?? [];
  }

  /** Whether the person should see the usage of the command besides the error. */
  get isUsage(): boolean {
    return this.code.startsWith('usage.');
  }

  text(language: Language): string {
    return fillText(ERROR_TEXTS[this.code][language], this.facts);
  }
}
