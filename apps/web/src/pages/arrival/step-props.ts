import type { Enrolment } from '../../protocol/operations.js';

/** What every step of an enrolment is given: how far it is, and whom to tell how far it came. */
export interface StepProps {
  readonly enrolment: Enrolment;
  readonly onNext: (enrolment: Enrolment) => void;
}
