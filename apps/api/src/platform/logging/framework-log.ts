import type { LoggerService } from '@nestjs/common';

import { errorFields } from './error-fields.js';
import type { Log, LogFields } from './log.js';

/**
 * The framework's own messages. They are free text and may repeat input, so a line keeps the class that wrote it and,
 * of an error, what `errorFields` allows. Routine messages are not kept.
 */
export class FrameworkLog implements LoggerService {
  constructor(private readonly lines: Log) {}

  error(message: unknown, ...rest: readonly unknown[]): void {
    this.lines.error('framework.error', describe(message, rest));
  }

  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.lines.warn('framework.warning', describe(message, rest));
  }

  log(): void {}
}

function describe(message: unknown, rest: readonly unknown[]): LogFields {
  const source = rest.at(-1);
  return {
    ...(message instanceof Error ? errorFields(message) : {}),
    ...(typeof source === 'string' && /^\w{1,64}$/.test(source) ? { source } : {}),
  };
}
