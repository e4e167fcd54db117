import type { ReceiptReport } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { homeFolderOf } from '../home/home.js';
import { checkReceipts, receiptsOf } from '../home/own-record.js';
import { openKeptSession } from '../home/signed-in.js';

const TEXTS = {
  proven: {
    es: '{proven} recibos comprobados ahora, {settled} en total; {waiting} esperan.',
    en: '{proven} receipts proven now, {settled} in all; {waiting} are waiting.',
  },
  unannounced: {
    es: 'El directorio aún no anuncia la llave de los recibos: no se comprobó su firma.',
    en: 'The directory announces no key of receipts yet: their signature was not checked.',
  },
  unwitnessed: {
    es: 'Aún no hay quórum de testigos tras el registro que se mostró.',
    en: 'No quorum of witnesses stands behind the log that was shown yet.',
  },
  dispute: {
    es: 'ALERTA: el servidor no cumplió un recibo ({cause} {problem}). Entregue {file} al auditor de su Estado.',
    en: 'ALERT: the server broke a promise ({cause} {problem}). Hand {file} to the auditor of your State.',
  },
  split: {
    es: 'ALERTA: el registro no es el que este dispositivo vio. Entregue {file} al auditor de su Estado.',
    en: 'ALERT: the log is not the one this device saw. Hand {file} to the auditor of your State.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace audit receipts`: whether the server kept its promises to this home. Ends with 2 when it did not. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const report = await checkReceipts(home, session, homeFolderOf(invocation));
    const settled = await receiptsOf(home).settled();
    if (json) {
      writeLine(terminal.output, JSON.stringify({ event: 'receipts', settled, ...report }));
    } else {
      const { proven, waiting, areSignaturesChecked, meetsQuorum } = report;
      writeLine(terminal.output, fillText(TEXTS.proven[language], { proven, waiting, settled }));
      if (!areSignaturesChecked) writeLine(terminal.output, TEXTS.unannounced[language]);
      if (!meetsQuorum) writeLine(terminal.output, TEXTS.unwitnessed[language]);
      tellBroken(report, invocation);
    }
    if (isBroken(report)) return EXIT.alert;
    return report.meetsQuorum ? EXIT.done : EXIT.reservations;
  });
}

export function isBroken({ disputes, splitViews }: ReceiptReport): boolean {
  return disputes.length > 0 || splitViews.length > 0;
}

/** Tells the person which files to hand to whom. */
export function tellBroken(
  { disputes, splitViews }: ReceiptReport,
  { terminal, language }: Pick<Invocation, 'terminal' | 'language'>,
): void {
  for (const { cause, problem, file } of disputes) {
    const told = { cause, problem: problem ?? '', file };
    writeLine(terminal.errors, fillText(TEXTS.dispute[language], told));
  }
  for (const file of splitViews) {
    writeLine(terminal.errors, fillText(TEXTS.split[language], { file }));
  }
}
