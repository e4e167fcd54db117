import { canonicalJson, isJsonObject, parseStrictJson } from '@enlace/kernel';

import { StatementRefused } from '../trust-error.js';

/** A statement at its place in the log, as a leaf of the log has it. */
export interface CopiedStatement {
  readonly acceptedAtMs: number;
  readonly wire: string;
}

/** The statements log as somebody holds it: all of it up to some place. */
export interface LogCopy {
  /** A checkpoint of the log with what witnesses said of it, where the holder keeps one. */
  readonly checkpoint: string | null;
  readonly entries: readonly CopiedStatement[];
}

/** A line for each statement in the order of the log, under one with the checkpoint. */
export function formatLogCopy({ checkpoint, entries }: LogCopy): string {
  const head = checkpoint === null ? '' : `${canonicalJson({ checkpoint })}\n`;
  const lines = entries.map(
    ({ acceptedAtMs, wire }) => `${canonicalJson({ acceptedAtMs, wire })}\n`,
  );
  return head + lines.join('');
}

// Attacker-controlled: the whole file. It proves nothing before its root is compared with one that was signed.
/** Throws `statement.refused` and `json.*` for another form. */
export function parseLogCopy(text: string): LogCopy {
  const lines = text.split('\n').filter((line) => line !== '');
  const values = lines.map((line) => {
    const value = parseStrictJson(line);
    if (!isJsonObject(value)) throw new StatementRefused('form');
    return value;
  });
  const { checkpoint } = values[0] ?? {};
  const isHeaded = typeof checkpoint === 'string';
  return {
    checkpoint: isHeaded ? checkpoint : null,
    entries: (isHeaded ? values.slice(1) : values).map(({ acceptedAtMs, wire }) => {
      const isTime = Number.isSafeInteger(acceptedAtMs) && Number(acceptedAtMs) >= 0;
      if (!isTime || typeof wire !== 'string') throw new StatementRefused('form');
      return { acceptedAtMs: Number(acceptedAtMs), wire };
    }),
  };
}
