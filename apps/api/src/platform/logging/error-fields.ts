import type { LogFields } from './log.js';

/** Places kept of each error; deeper ones are the framework's. */
const STACK_FRAMES = 12;
/** Errors that caused an error, followed at most this far. */
const CAUSE_DEPTH = 4;

/**
 * What a log line may say of an error: its class, its code, the places it passed through and the same of its causes.
 * Never the message: libraries write values of requests and queries into theirs.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    error: error.name,
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { errorCode: code } : {}),
    stack: frames(error, CAUSE_DEPTH),
  };
}

// Attacker-controlled: the head of a stack repeats the message, of any length and over any number of lines. Only
// lines that have the form of a frame with a place in a file are kept.
function frames(error: Error, depthLeft: number): string {
  const own = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .slice(0, STACK_FRAMES)
    .map((line) => line.trim());
  if (!(error.cause instanceof Error) || depthLeft === 0) return own.join('\n');
  return [...own, `caused by ${error.cause.name}`, frames(error.cause, depthLeft - 1)].join('\n');
}
