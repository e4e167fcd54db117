import { DomainError, type ErrorFacts } from '@enlace/kernel';

/**
 * What a server did to the directory that no honest one does. `ROLLBACK`: it is smaller than it was; `FORK`: it is
 * another log than the one that was seen, or a State signed two truths; `WITHHELD`: it keeps statements back;
 * `UNCERTIFIED`: it has something in the log that no State may say.
 */
export type DirectoryAlertKind = 'ROLLBACK' | 'FORK' | 'WITHHELD' | 'UNCERTIFIED';

export interface DirectoryAlert {
  readonly kind: DirectoryAlertKind;
  readonly facts: ErrorFacts;
}

/** A stop of the replication: what was held before is kept, and nothing of the answer was taken in. */
export class DirectoryRefused extends DomainError {
  override readonly code = 'directory.refused';
  override readonly kind = 'integrity';

  constructor(
    readonly alert: DirectoryAlert,
    options: { cause?: unknown } = {},
  ) {
    super(`the directory is refused: ${alert.kind}`, {
      ...options,
      facts: { alert: alert.kind, ...alert.facts },
    });
  }
}
