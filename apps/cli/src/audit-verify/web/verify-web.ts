import { systemRandom, formatInstant, toHex, utf8 } from '@enlace/kernel';
import { parsePolicy, POLICY_LIMITS, type Policy } from '@enlace/tlog';
import { cryptoReady, parseTrustStore, TRUST_STORE_LIMIT_BYTES } from '@enlace/trust';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { findText, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { readInputFile, refusing } from '../../files/input-file.js';
import { noteCrypto } from '../../log/note-crypto.js';
import { resultOf } from '../report.js';
import { checkDelivery, type WebFinding } from './check-delivery.js';
import { deliveredBy } from './delivered.js';

const TEXTS = {
  release: { es: 'entrega     {releaseId}', en: 'release     {releaseId}' },
  manifest: { es: 'manifiesto  {hash}', en: 'manifest    {hash}' },
  files: { es: 'archivos    {files} comparados', en: 'files       {files} compared' },
  signers: { es: 'firmado por {signers}', en: 'signed by   {signers}' },
  logged: {
    es: 'registro    {origin}, entrada {index}, bajo {size}',
    en: 'log         {origin}, entry {index}, under {size}',
  },
  witnesses: {
    es: 'testigos    {count}: {names} ({quorum})',
    en: 'witnesses   {count}: {names} ({quorum})',
  },
  enough: { es: 'bastan', en: 'enough' },
  few: { es: 'no bastan', en: 'too few' },
  problem: { es: 'ALERTA      {code} {path} {detail}', en: 'ALERT       {code} {path} {detail}' },
  result: { es: 'resultado   {result}', en: 'result      {result}' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit verify-web URL --trust FILE`: downloads every file of the client as a stranger would, and compares it,
 * its headers and its trust store with what the release keys signed and the log holds. Run it from networks that the
 * server does not know: it cannot tell whom it serves.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { argument, options, terminal, json, language } = invocation;
  const trustPath = requireText(options, 'trust');
  const trustStoreText = readInputFile(trustPath, TRUST_STORE_LIMIT_BYTES);
  const trustStore = refusing(trustPath, () => parseTrustStore(trustStoreText));
  const policy = policyOf(invocation, { path: trustPath, text: trustStore.policy });
  const finding = await checkDelivery({
    deliver: deliveredBy(argument),
    trustStore,
    trustStoreText,
    policy,
    isTls: argument.startsWith('https:'),
    inventedPath: `/assets/index-${toHex(systemRandom.bytes(4))}.js`,
  });
  const exit = exitOf(finding);
  terminal.output.write(
    json ? `${JSON.stringify(reportObject(finding, exit))}\n` : reportText(finding, exit, language),
  );
  return exit;
}

function policyOf(
  { options }: Invocation,
  own: { readonly path: string; readonly text: string },
): Policy {
  const path = findText(options, 'policy');
  // The last line of a policy ends with a newline; reading the file as a text has taken it.
  const text = path === null ? own.text : `${readInputFile(path, POLICY_LIMITS.bytes)}\n`;
  return refusing(path ?? own.path, () => parsePolicy(noteCrypto, utf8(text)));
}

function exitOf({ problems, logged }: WebFinding): number {
  if (problems.length > 0 || logged === null) return EXIT.alert;
  return logged.judged.meetsQuorum ? EXIT.done : EXIT.reservations;
}

function reportObject(finding: WebFinding, exit: number) {
  const { releaseId, manifestHash, files, signers, logged, problems } = finding;
  return {
    v: 1,
    result: resultOf(exit, 'en'),
    exit,
    releaseId,
    manifestHash,
    files,
    signers,
    log:
      logged === null
        ? null
        : {
            origin: logged.origin,
            index: logged.index,
            size: logged.judged.checkpoint.size,
            witnesses: logged.judged.cosigners.map(({ name, timeSeconds }) => ({
              name,
              time: formatInstant(timeSeconds * 1_000),
            })),
            quorum: logged.judged.meetsQuorum,
          },
    problems,
  };
}

/** For a person. Names of files and keys are the server's: nothing of them drives the terminal. */
function reportText(finding: WebFinding, exit: number, language: Language): string {
  const say = (text: Text, facts: Readonly<Record<string, string | number>> = {}) =>
    fillText(text[language], facts);
  const { releaseId, manifestHash, files, signers, logged, problems } = finding;
  const lines = [
    ...(releaseId === null ? [] : [say(TEXTS.release, { releaseId: printable(releaseId) })]),
    ...(manifestHash === null
      ? []
      : [say(TEXTS.manifest, { hash: (manifestHash.match(/.{1,4}/g) ?? []).join(' ') })]),
    say(TEXTS.files, { files }),
    ...(signers.length === 0 ? [] : [say(TEXTS.signers, { signers: signers.join(', ') })]),
    ...(logged === null ? [] : inLog(logged, say)),
    ...problems.map(({ code, path, detail }) =>
      say(TEXTS.problem, { code, path: printable(path), detail: printable(detail) }),
    ),
    say(TEXTS.result, { result: resultOf(exit, language) }),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function inLog(
  { origin, index, judged }: NonNullable<WebFinding['logged']>,
  say: (text: Text, facts?: Readonly<Record<string, string | number>>) => string,
): string[] {
  const { cosigners, checkpoint, meetsQuorum } = judged;
  return [
    say(TEXTS.logged, { origin, index, size: checkpoint.size }),
    say(TEXTS.witnesses, {
      count: cosigners.length,
      names: cosigners.map(({ name }) => name).join(' '),
      quorum: say(meetsQuorum ? TEXTS.enough : TEXTS.few),
    }),
  ];
}
