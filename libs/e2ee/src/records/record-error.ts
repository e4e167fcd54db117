import { DomainError } from '@enlace/kernel';

/** Why an update or a snapshot of a record is passed over. The record stays as it was before it. */
export type RecordRule =
  /** Not the bytes of an update. */
  | 'form'
  /** More bytes, pieces or characters than one update may have. */
  | 'size'
  /** Content that no record has: types inside types, formats, embedded documents. */
  | 'content'
  /** Its pieces are not of one writer that nobody has seen, from the first on. */
  | 'writer'
  /** It goes on from what this reader does not have. */
  | 'missing'
  /** What the record would say is not of its schema, or too much. */
  | 'schema'
  /** A snapshot that does not say what it states. */
  | 'projection';

export class RecordRefused extends DomainError {
  override readonly code = 'record.refused';
  override readonly kind = 'invalid';

  constructor(
    readonly rule: RecordRule,
    options: { cause?: unknown } = {},
  ) {
    super('not an update of a record', { ...options, facts: { rule } });
  }
}
