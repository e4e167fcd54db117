import { checkText, parseRequest, printReport, printText, type MlaRequest } from '@enlace/mla';
import { CliError } from '../command-line/cli-error.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { readDay, readPacks, readRequestText } from '../precheck/inputs.js';

/** A request as somebody wrote it. */
export interface GivenRequest {
  readonly text: string;
  readonly request: MlaRequest;
}

/** The request in a file; `null` for a malformed one, every problem of which was told with its place. */
export async function readGivenRequest(
  { terminal, json, language }: Pick<Invocation, 'terminal' | 'json' | 'language'>,
  file: string,
): Promise<GivenRequest | null> {
  const text = await readRequestText(file, terminal.input);
  const parsed = parseRequest(text);
  if (parsed.kind === 'request') return { text, request: parsed.request };
  const report = checkText(text, await readPacks(null), readDay(null));
  writeLine(
    terminal.output,
    json ? JSON.stringify(printReport(report, language)) : printText(report, language),
  );
  return null;
}

/** A unit drafts for its own State. Throws `request.other-state`. */
export function assertOwnState({ requestingState = '-' }: MlaRequest, state: string): void {
  if (requestingState !== state) {
    throw new CliError('request.other-state', { state, given: requestingState });
  }
}
