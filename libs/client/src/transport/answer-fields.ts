import {
  formatInstant,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseId,
  type Branded,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';

import { AnswerMalformed } from './client-error.js';

type Told = JsonValue | undefined;

/**
 * Reads the members of an answer, each in the one form that it may have. Every method throws
 * `client.answer-malformed` with the part that it was made for.
 */
// Attacker-controlled: whatever is read here is the server's.
export class AnswerFields {
  constructor(private readonly part: string) {}

  object(value: Told): JsonObject {
    return isJsonObject(value) ? value : this.refuse();
  }

  list(value: Told, most: number): readonly JsonValue[] {
    return Array.isArray(value) && value.length <= most ? value : this.refuse();
  }

  text(value: Told, limit: number): string {
    return typeof value === 'string' && value.length <= limit ? value : this.refuse();
  }

  /** From 0. */
  count(value: Told): number {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.refuse();
  }

  /** One of the codes that this build knows. */
  oneOf<Code extends string>(value: Told, codes: readonly Code[]): Code {
    return codes.find((code) => code === value) ?? this.refuse();
  }

  id<Id extends Branded<string, string>>(value: Told): Id {
    return this.#parsed(value, (text) => parseId<Id>(text));
  }

  bytes(value: Told, length?: number): Uint8Array {
    const bytes = this.#parsed(value, parseBase64Url);
    return length === undefined || bytes.length === length ? bytes : this.refuse();
  }

  /** Unix milliseconds of an RFC 3339 text to the millisecond. */
  instant(value: Told): number {
    const text = this.text(value, 32);
    const ms = Date.parse(text);
    return Number.isSafeInteger(ms) && ms >= 0 && formatInstant(ms) === text ? ms : this.refuse();
  }

  refuse(): never {
    throw new AnswerMalformed(this.part);
  }

  #parsed<Result>(value: Told, parse: (text: string) => Result): Result {
    if (typeof value !== 'string') return this.refuse();
    try {
      return parse(value);
    } catch (error) {
      if (isDomainError(error)) return this.refuse();
      throw error;
    }
  }
}
