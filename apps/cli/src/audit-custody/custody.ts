import { formatInstant, type AttachmentId, type ThreadId } from '@enlace/kernel';
import { cryptoReady, type ProvenChain } from '@enlace/trust';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readArgumentId, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withOwnThreads, type OwnThreads } from '../thread/own-threads.js';
import { checkReceipt } from './check-receipt.js';
import { custodyPage } from './custody-page.js';
import { handOver, takeOver, type Offered } from './hand-over.js';
import { meetsQuorum, ownLink, provenHere, recordedLink, type FileName } from './own-link.js';
import { partsOfChain, stampedProofIn } from './receipt-parts.js';
import { openStamp, stampProof } from './receipt-stamp.js';
import type { SealWords } from './sealed-file.js';

const TEXTS = {
  sealed: {
    es: 'Firmado ({custodyId}). El evento aún va camino al registro: repita el comando.',
    en: 'Signed ({custodyId}). The event is still on its way into the log: run the command again.',
  },
  'custody-offered': {
    es: 'Custodia {custodyId} ofrecida a {to}: entrada {seq}. Falta que la acepte.',
    en: 'Custody {custodyId} offered to {to}: entry {seq}. It still has to be accepted.',
  },
  made: {
    es: 'Constancia de custodia {custodyId}: entrada {index} de {origin}, {cosigners} testigos. Está en {path}.',
    en: 'Custody receipt {custodyId}: entry {index} of {origin}, {cosigners} witnesses. It is in {path}.',
  },
  unwitnessed: {
    es: 'Aún no hay quórum de testigos: repita el comando dentro de unos minutos.',
    en: 'There is no quorum of witnesses yet: run the command again in some minutes.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit custody THREAD ATTACHMENT --out FILE`: makes the receipt of a file that this person sealed, once, or
 * took over; `--to PERSON` offers its custody to another member, `--accept` takes over what was offered, and
 * `--check RECEIPT` checks a receipt. Ends with 1 while an event waits for the log or for its quorum, with 2 for a
 * receipt that does not hold.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, argument, more } = invocation;
  if (options.has('check')) return checkReceipt(invocation);
  const file = {
    threadId: readArgumentId<ThreadId>(argument, 'THREAD'),
    attachmentId: readArgumentId<AttachmentId>(more[0] ?? '', 'ATTACHMENT'),
  };
  const words = {
    acquisition: () => requireText(options, 'acquisition'),
    sourceDevice: () => requireText(options, 'source-device'),
    legalBasis: () => requireText(options, 'legal-basis'),
  };
  if (options.has('to')) {
    return withOwnThreads(invocation, async (own) =>
      tellOffer(invocation, file, await handOver(invocation, own, { file, words })),
    );
  }
  assertAbsent([requireText(options, 'out')]);
  return withOwnThreads(invocation, async (own) => {
    if (options.has('accept')) await takeOver(own, file);
    return makeReceipt(invocation, own, { file, words });
  });
}

function tellOffer(
  { terminal, json, language }: Invocation,
  file: FileName,
  offered: Offered,
): number {
  const text = fillText(TEXTS[offered.event][language], { ...offered });
  writeLine(terminal.output, json ? JSON.stringify({ ...offered, ...file }) : text);
  return offered.event === 'custody-offered' ? EXIT.done : EXIT.reservations;
}

async function makeReceipt(
  invocation: Invocation,
  own: OwnThreads,
  { file, words }: { readonly file: FileName; readonly words: SealWords },
): Promise<number> {
  const link = await ownLink(own, file, words);
  const receipt = await recordedLink(own, file, link);
  if (receipt === null) {
    return tellOffer(invocation, file, { event: 'sealed', custodyId: link.custodyId });
  }
  const { proof } = stampedProofIn(partsOfChain(link, receipt, null));
  const stamp = await stampProof(invocation, proof);
  const parts = partsOfChain(link, receipt, stamp);
  const chain = await provenHere(own, parts);
  const page = custodyPage(parts, chain, openStamp({ proof, stamp }, null));
  writeNewFiles([{ path: requireText(invocation.options, 'out'), text: page, isSecret: true }]);
  return tellReceipt(invocation, file, chain);
}

/** Of the last link; whoever made the receipt was the holder by it. */
function tellReceipt(
  { options, terminal, json, language }: Invocation,
  file: FileName,
  chain: ProvenChain,
): number {
  const path = requireText(options, 'out');
  const { custodyId } = chain.sealed.statement;
  const { origin, index, size, cosigners } = chain.transfers.at(-1) ?? chain.sealed;
  const isWitnessed = meetsQuorum(chain);
  if (json) {
    const seen = cosigners.map(({ name, timeSeconds }) => ({
      name,
      time: formatInstant(timeSeconds * 1_000),
    }));
    const facts = { custodyId, origin, index, size, transfers: chain.transfers.length };
    const told = { event: 'custody', ...file, ...facts, path, cosigners: seen };
    writeLine(terminal.output, JSON.stringify({ ...told, quorum: isWitnessed }));
  } else {
    const told = { custodyId, origin, index, path: printable(path), cosigners: cosigners.length };
    writeLine(terminal.output, fillText(TEXTS.made[language], told));
    if (!isWitnessed) writeLine(terminal.output, TEXTS.unwitnessed[language]);
  }
  return isWitnessed ? EXIT.done : EXIT.reservations;
}
