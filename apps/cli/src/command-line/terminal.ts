import type { Readable, Writable } from 'node:stream';

/** What a command may touch of the process around it, so that a test can stand in for it. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  readonly environment: NodeJS.ProcessEnv;
}

/** Writes one line. `output` is for results alone, `errors` for everything a person reads beside them. */
export function writeLine(stream: Writable, line: string): void {
  stream.write(`${line}\n`);
}
