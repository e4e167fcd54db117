import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { ErrorDetail } from '@enlace/kernel';

import { Refusal } from './refusal.js';

/** Characters of a pointer or detail that an answer repeats; member names are the caller's and may be long. */
const ECHO_LIMIT = 128;

/** Refuses unknown members, wrong types and broken rules with one `errors[]` entry each. */
export function createValidationPipe(): ValidationPipe {
  return new StrictInput({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors: ValidationError[]) =>
      new Refusal('body.malformed', { errors: errors.flatMap((error) => details(error, '')) }),
  });
}

/** No form has this member, and class-transformer drops it before the rules could say so. */
const PROTOTYPE = '__proto__';

class StrictInput extends ValidationPipe {
  // Attacker-controlled: a query may name any member; bodies were parsed strictly before.
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (Object.hasOwn(Object(value), PROTOTYPE)) {
      const detail = `property ${PROTOTYPE} should not exist`;
      const errors = [{ pointer: `/${PROTOTYPE}`, code: 'whitelistValidation', detail }];
      throw new Refusal('body.malformed', { errors });
    }
    return super.transform(value, metadata);
  }
}

function details(error: ValidationError, parent: string): ErrorDetail[] {
  const pointer = `${parent}/${escapePointer(error.property)}`.slice(0, ECHO_LIMIT);
  const own = Object.entries(error.constraints ?? {}).map(([code, detail]) => ({
    pointer,
    code,
    detail: detail.slice(0, ECHO_LIMIT),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => details(child, pointer))];
}

/** RFC 6901, section 3. */
function escapePointer(member: string): string {
  return member.replaceAll('~', '~0').replaceAll('/', '~1');
}
