import { setTimeout as pause } from 'node:timers/promises';
import type { Session } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import type { JsonValue } from '@enlace/kernel';
import { parseSignedObject, readLossTarget, type LossTarget } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { malformed, readInputFile, refusing } from '../../files/input-file.js';
import { withRegistrar } from '../../person/speaking.js';
import { readText } from '../auditor.js';
import { listLogs } from './listed-logs.js';

/** The server looks each second whether an act took effect, and whether a log may go on. */
const WAIT_MS = 30_000;
const LOOK_MS = 500;

const TEXTS = {
  waiting: {
    es: 'Entregado; surte efecto después de {after}.',
    en: 'Handed in; it takes effect after {after}.',
  },
  continued: {
    es: 'Sigue {next}. Verifíquelo: enlace audit verify --url.',
    en: '{next} goes on. Verify it: enlace audit verify --url.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Hands in what the States signed, and waits for the log that it names. Ends with 1 when that takes longer. */
export async function handInAct(invocation: Invocation, path: string): Promise<number> {
  const wire = readInputFile(path);
  const { target, nonce } = refusing(path, () => {
    const { body } = parseSignedObject(wire);
    const [about, number] = [body['target'], body['nonce']];
    if (typeof about !== 'string' || typeof number !== 'string') throw malformed(path, 'act');
    return { target: readLossTarget(about), nonce: number };
  });
  return withRegistrar(invocation, async ({ registrar: { carry }, session }) => {
    const answer = await carry({
      path: ROUTES.breakGlass,
      foundingPath: null,
      action: 'breakglass.invoke',
      objectId: nonce,
      body: { wire },
    });
    return waitFor(invocation, session, { target, answer });
  });
}

/** Until the log goes on that the act names, or until it is clear that it does not yet. */
async function waitFor(
  { terminal, language, json }: Invocation,
  session: Session,
  { target, answer }: { readonly target: LossTarget; readonly answer: JsonValue },
): Promise<number> {
  const { origin } = target.next;
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
    const logs = await listLogs(session);
    if (logs.some((log) => log['origin'] === origin)) {
      const line = json ? JSON.stringify({ event: 'continued', next: origin }) : null;
      writeLine(terminal.output, line ?? fillText(TEXTS.continued[language], { next: origin }));
      return EXIT.done;
    }
    await pause(LOOK_MS);
  }
  const after = readText(answer, 'effectiveAfter');
  const line = json ? JSON.stringify({ event: 'waiting', after }) : null;
  writeLine(terminal.output, line ?? fillText(TEXTS.waiting[language], { after }));
  return EXIT.reservations;
}
