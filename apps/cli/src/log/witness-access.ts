import { ROUTES, TICKET_HEADER } from '@enlace/contracts';
import { isJsonObject, parseStrictJson, type JsonValue } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { sendJson, type Headings } from './log-reader.js';

/** How whoever reads a log is let in. */
export interface EntryAccess {
  readonly headings: () => Headings;
  /** Permission to read the entries of a log, which is on record before the first one. */
  readonly unlock: (origin: string, size: number) => Promise<void>;
}

/** With the token that a registrar gave to the witness of the State. */
export function witnessAccess(url: string, token: string): EntryAccess {
  const authorization = `Bearer ${token}`;
  let ticket: Headings = {};
  return {
    headings: () => ({ authorization, ...ticket }),
    unlock: async (origin, size) => {
      if (size === 0) return;
      const body = { origin, fromIndex: 0, toIndex: size };
      const granted = await sendJson(`${url}${ROUTES.auditMirrors}`, { authorization }, body);
      ticket = { [TICKET_HEADER]: readMember(parseStrictJson(granted), 'ticket') };
    },
  };
}

// Attacker-controlled: what the server answers.
export function readMember(value: JsonValue, name: string): string {
  const member = isJsonObject(value) ? value[name] : undefined;
  if (typeof member !== 'string') throw new CliError('server.answered', { problem: name });
  return member;
}
