import { Consents, RequestSources } from '@enlace/client';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { findThread, requestIn, withOwnRequests } from '../own-requests.js';

const TEXTS = {
  lifted: {
    es: 'Aviso enviado: {threadId}, entrada {seq}. La fuente {source} puede revelarse (UNTOC 18(5), 18(19)).',
    en: 'Notice sent: {threadId}, entry {seq}. The source {source} may be disclosed (UNTOC 18(5), 18(19)).',
  },
  asked: {
    es: 'Consentimiento pedido: {threadId}, entrada {seq}. A {source} no le basta el aviso: sigue detenida.',
    en: 'Consent asked for: {threadId}, entry {seq}. For {source} notice alone does not suffice: it stays stopped.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace request notice ID --source SOURCE --reason TEXT`: before what speaks for an accused is disclosed in the own
 * proceedings, its State is told; where no treaty lets that suffice it is asked instead (1: the stop stays).
 */
export async function run(invocation: Invocation): Promise<number> {
  const { options, json, language, terminal } = invocation;
  const requestId = requestIn(invocation);
  const [sourceId, reason] = [requireText(options, 'source'), requireText(options, 'reason')];
  const threadId = findThread(invocation, 'with');
  return withOwnRequests(invocation, async ({ ports, threads, records }) => {
    const draft = await records.draft(requestId, findThread(invocation));
    const consents = new Consents(ports, threads);
    const disclosure = { sourceId, threadId, reason, consents };
    const { isLifted, ...acted } = await new RequestSources(ports).disclose(draft, disclosure);
    const words = TEXTS[isLifted ? 'lifted' : 'asked'][language];
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'source-noticed', requestId, sourceId, isLifted, ...acted })
        : fillText(words, { ...acted, source: sourceId }),
    );
    return isLifted ? EXIT.done : EXIT.reservations;
  });
}
