import { DomainError } from './domain-error.js';

/** Bytes or text that do not have the form their format demands. Nothing of the input is repeated in the message. */
export class MalformedInput extends DomainError {
  override readonly code = 'body.malformed';
  override readonly kind = 'malformed';
}
