import { PROBLEMS, type ProblemCode } from '@enlace/contracts';
import { DomainError, type ErrorDetail, type ErrorFacts, type ErrorKind } from '@enlace/kernel';

export type RefusalCode = {
  [Code in ProblemCode]: (typeof PROBLEMS)[Code]['kind'] extends 'fault' ? never : Code;
}[ProblemCode];

/** What the door itself refuses: its kind is the one of the code in the catalogue. */
export class Refusal extends DomainError {
  override readonly kind: ErrorKind;

  constructor(
    override readonly code: RefusalCode,
    options: { cause?: unknown; facts?: ErrorFacts; errors?: readonly ErrorDetail[] } = {},
  ) {
    super(code, options);
    this.kind = PROBLEMS[code].kind;
  }
}
