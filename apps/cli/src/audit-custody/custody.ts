import { findCustody, recordSeal } from '@enlace/client';
import { formatInstant, type AttachmentId, type ThreadId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readArgumentId, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withOwnThreads } from '../thread/own-threads.js';
import { believedPolicy } from '../audit-export/believed-policy.js';
import { checkReceipt } from './check-receipt.js';
import { custodyPage } from './custody-page.js';
import { proveReceipt, partsOfSeal } from './receipt-parts.js';
import { openStamp, stampProof } from './receipt-stamp.js';
import { sealedFile } from './sealed-file.js';

const TEXTS = {
  waits: {
    es: 'Sellado ({custodyId}). El evento aún va camino al registro: repita el comando.',
    en: 'Sealed ({custodyId}). The event is still on its way into the log: run the command again.',
  },
  made: {
    es: 'Constancia de custodia {custodyId}: entrada {index} de {origin}, {cosigners} testigos. Está en {path}.',
    en: 'Custody receipt {custodyId}: entry {index} of {origin}, {cosigners} witnesses. It is in {path}.',
  },
  few: {
    es: 'Aún no hay quórum de testigos: haga otra constancia dentro de unos minutos.',
    en: 'There is no quorum of witnesses yet: make another receipt in some minutes.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit custody THREAD ATTACHMENT --out FILE`: seals a file that this person sent, once, and makes the receipt
 * of it; with `--check RECEIPT` checks one. Ends with 1 while the event waits for the log or for its quorum, with 2 for
 * a receipt that does not hold.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, more, terminal, json, language } = invocation;
  if (options.has('check')) return checkReceipt(invocation);
  const threadId = readArgumentId<ThreadId>(argument, 'THREAD');
  const attachmentId = readArgumentId<AttachmentId>(more[0] ?? '', 'ATTACHMENT');
  const path = requireText(options, 'out');
  assertAbsent([path]);
  return withOwnThreads(invocation, async (own) => {
    const { session, threads, ports } = own;
    const { directory } = ports;
    const said = {
      acquisition: () => requireText(options, 'acquisition'),
      sourceDevice: () => requireText(options, 'source-device'),
      legalBasis: () => requireText(options, 'legal-basis'),
    };
    const sealed = await sealedFile({ threads, ports }, { threadId, attachmentId }, said);
    const { custodyId } = sealed.statement;
    const { device, clock, random } = ports;
    const signer = { deviceId: device.self.deviceId, seed: device.signSeed };
    const { commitment: sealCommitment } = sealed;
    const named = { type: 'attachment.sealed', custodyId, sealCommitment } as const;
    const seal = { threadId, attachmentId, custodyId, sealCommitment };
    let shown = await findCustody(session, named);
    if (shown === null) {
      await recordSeal(session, seal, { device: signer, clock, random });
      shown = await findCustody(session, named);
    }
    if (shown === null) {
      const told = { event: 'sealed', threadId, attachmentId, custodyId };
      const text = fillText(TEXTS.waits[language], { custodyId });
      writeLine(terminal.output, json ? JSON.stringify(told) : text);
      return EXIT.reservations;
    }
    const { policy } = await believedPolicy(directory(), session);
    const stamp = await stampProof(invocation, shown.proof);
    const parts = partsOfSeal(sealed, shown, stamp);
    const proven = proveReceipt(parts, { policy, directory: directory() });
    const page = custodyPage(parts, proven, openStamp({ proof: shown.proof, stamp }, null));
    writeNewFiles([{ path, text: page, isSecret: true }]);
    const { origin, index, size, meetsQuorum } = proven;
    const cosigners = proven.cosigners.map(({ name, timeSeconds }) => ({
      name,
      time: formatInstant(timeSeconds * 1_000),
    }));
    const facts = { custodyId, origin, index, size };
    if (json) {
      const told = { event: 'custody', threadId, attachmentId, ...facts, path, cosigners };
      writeLine(terminal.output, JSON.stringify({ ...told, quorum: meetsQuorum }));
    } else {
      const told = { ...facts, path: printable(path), cosigners: cosigners.length };
      writeLine(terminal.output, fillText(TEXTS.made[language], told));
      if (!meetsQuorum) writeLine(terminal.output, TEXTS.few[language]);
    }
    return meetsQuorum ? EXIT.done : EXIT.reservations;
  });
}
