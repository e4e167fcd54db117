import { utf8 } from '@enlace/kernel';

/** Typed text as a buffer that is transferred to the worker, so that the page keeps no copy of it. */
export function textBuffer(typed: string): ArrayBuffer {
  return utf8(typed).buffer;
}
