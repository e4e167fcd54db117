import { createHash, type X509Certificate } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { auditTrustOf } from '@enlace/client';
import { formatInstant, parseUtf8, toBase64Url } from '@enlace/kernel';
import type { ProvenChain, ProvenCustody } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputBytes } from '../files/input-file.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';
import type { TimeStamp } from '../timestamp/open-token.js';
import { custodyPage, embeddedParts } from './custody-page.js';
import { meetsQuorum } from './own-link.js';
import { proveReceipt, stampedProofIn, type ReceiptTrust } from './receipt-parts.js';
import { authoritiesOf, openStamp } from './receipt-stamp.js';

/** A page with its proof; far above what one takes. */
const RECEIPT_LIMIT_BYTES = 256 * 1024;

const HOLDS: Text = {
  es: 'La constancia se sostiene: {custodyId}, sellada por {personId} ({state}), entrada {index} de {origin}.',
  en: 'The receipt holds: {custodyId}, sealed by {personId} ({state}), entry {index} of {origin}.',
};

const HANDED: Text = {
  es: 'Pasó a {personId} ({state}), con las dos firmas: entrada {index} de {origin}.',
  en: 'Handed to {personId} ({state}), signed by both: entry {index} of {origin}.',
};

const STAMPED = {
  holds: {
    es: 'Sello de tiempo: {time}, según {authority}.',
    en: 'Time stamp: {time}, says {authority}.',
  },
  read: {
    es: 'Sello de tiempo SIN COMPROBAR (--tsa-ca): {time}, según {authority}.',
    en: 'Time stamp NOT CHECKED (--tsa-ca): {time}, says {authority}.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit custody --check RECEIPT [--file FILE] [--tsa-ca FILE]`: by the keys and the directory of this home, and
 * by the authorities of time that are named, without a network. Ends with 2 when anything on the page is not what was
 * proven, when the file is another one, or the time stamp is of something else or of nobody.
 */
export async function checkReceipt(invocation: Invocation): Promise<number> {
  const { options, terminal, json, language } = invocation;
  const page = pageAt(requireText(options, 'check'));
  const file = findText(options, 'file');
  const authorities = authoritiesOf(options);
  return withEnrolledHome(invocation, async (home) => {
    const { directory } = await openDirectory(home);
    const trust = { policy: auditTrustOf(directory).policy, directory };
    const { proven, stamp } = openReceipt(page, trust, authorities);
    const { sealed } = proven;
    if (file !== null) await assertSame(file, sealed);
    const facts = { custodyId: sealed.statement.custodyId, ...linkFacts(sealed.device, sealed) };
    const handed = proven.transfers.map((transfer) => linkFacts(transfer.taker, transfer));
    const quorum = meetsQuorum(proven);
    if (json) {
      const time = stampFacts(stamp, authorities !== null);
      const told = { event: 'custody-holds', ...facts, transfers: handed, quorum, stamp: time };
      writeLine(terminal.output, JSON.stringify(told));
    } else {
      writeLine(terminal.output, fillText(HOLDS[language], facts));
      for (const to of handed) writeLine(terminal.output, fillText(HANDED[language], to));
      const words = STAMPED[authorities === null ? 'read' : 'holds'][language];
      if (stamp !== null) writeLine(terminal.output, fillText(words, wordsOf(stamp)));
    }
    return quorum ? EXIT.done : EXIT.reservations;
  });
}

/**
 * What a page proves, and what its time stamp says. Throws `integrity.failed`, `timestamp.refused`, and
 * `input.malformed` for what is no receipt.
 */
export function openReceipt(
  page: string,
  trust: ReceiptTrust,
  authorities: readonly X509Certificate[] | null,
): { readonly proven: ProvenChain; readonly stamp: TimeStamp | null } {
  const parts = embeddedParts(page);
  if (parts === null) throw malformed();
  const proven = proveReceipt(parts, trust);
  const stamp = openStamp(stampedProofIn(parts), authorities);
  // The words on the page are those of its proof: whoever changed one made another page.
  if (custodyPage(parts, proven, stamp) !== page) throw refused('page');
  return { proven, stamp };
}

/** Who a link was made by, and where the log has it. */
function linkFacts(
  { personId, state }: ProvenCustody['device'],
  { origin, index }: Pick<ProvenCustody, 'origin' | 'index'>,
) {
  return { personId, state, origin, index };
}

function wordsOf({ atMs, authority }: TimeStamp) {
  return { time: formatInstant(atMs), authority: printable(authority) };
}

function stampFacts(stamp: TimeStamp | null, isAnsweredFor: boolean) {
  if (stamp === null) return null;
  return { time: formatInstant(stamp.atMs), authority: stamp.authority, isAnsweredFor };
}

function pageAt(path: string): string {
  try {
    return parseUtf8(readInputBytes(path, RECEIPT_LIMIT_BYTES));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw malformed(cause);
  }
}

async function assertSame(path: string, { statement }: ProvenCustody): Promise<void> {
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  for await (const bytes of createReadStream(path)) {
    sha256.update(bytes);
    sha512.update(bytes);
  }
  const isSame =
    toBase64Url(sha256.digest()) === statement.sha256 &&
    toBase64Url(sha512.digest()) === statement.sha512;
  if (!isSame) throw refused('file');
}

function refused(problem: string): CliError {
  return new CliError('integrity.failed', { problem }, { exitCode: EXIT.alert });
}

function malformed(cause?: unknown): CliError {
  const facts = { file: '--check', rule: 'receipt' };
  return new CliError('input.malformed', facts, { cause, exitCode: EXIT.malformed });
}
