import { formatInstant } from '@enlace/kernel';
import { fillText } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { CONTINUED_AFTER_LOSS } from './continued-losses.js';
import { exitOf, VERIFY_EXIT, type LogFinding, type Problem } from './findings.js';

const TEXTS = {
  log: { es: 'registro    {origin}', en: 'log         {origin}' },
  checkpoint: {
    es: 'firmado     {size} entradas, raíz {root}',
    en: 'checkpoint  {size} entries, root {root}',
  },
  seen: { es: 'creció desde {seen}', en: 'grown from  {seen}' },
  witnesses: {
    es: 'testigos    {count}: {names} ({quorum})',
    en: 'witnesses   {count}: {names} ({quorum})',
  },
  enough: { es: 'bastan', en: 'enough' },
  few: { es: 'no bastan', en: 'too few' },
  proven: { es: 'entradas    {proven} probadas', en: 'entries     {proven} proven' },
  manifests: {
    es: 'manifiestos {manifests}: {events} actos del Estado y {erased} borrados, hasta la entrada {covered}',
    en: 'manifests   {manifests}: {events} acts of the State and {erased} erased, up to entry {covered}',
  },
  problem: { es: 'ALERTA      {code} {place} {detail}', en: 'ALERT       {code} {place} {detail}' },
  at: { es: 'en la entrada {index}', en: 'at entry {index}' },
  between: { es: 'entre las entradas {index} y {last}', en: 'between entries {index} and {last}' },
  result: { es: 'resultado   {result}', en: 'result      {result}' },
} as const satisfies Readonly<Record<string, Text>>;

const RESULTS: ReadonlyMap<number, Text> = new Map([
  [VERIFY_EXIT.done, { es: 'VERIFICADO', en: 'VERIFIED' }],
  [
    VERIFY_EXIT.quorum,
    { es: 'VERIFICADO, CON POCOS TESTIGOS', en: 'VERIFIED, WITH TOO FEW WITNESSES' },
  ],
  [VERIFY_EXIT.alert, { es: 'ALTERADO', en: 'TAMPERED WITH' }],
  [VERIFY_EXIT.malformed, { es: 'ILEGIBLE', en: 'MALFORMED' }],
  [VERIFY_EXIT.split, { es: 'VISTA DIVIDIDA', en: 'SPLIT VIEW' }],
  [VERIFY_EXIT.missing, { es: 'FALTAN PARTES', en: 'PARTS ARE MISSING' }],
]);

/** A log that lost entries is never called whole, also where States let it go on. */
const AFTER_LOSS: Text = { es: 'CONTINUADO TRAS UNA PÉRDIDA', en: 'CONTINUED AFTER LOSS' };

/** Of logs: nothing is wrong but what States signed as lost. */
function verdictOf(findings: readonly LogFinding[], language: Language): string {
  const problems = findings.flatMap((finding) => finding.problems);
  const others = problems.filter(({ code }) => code !== CONTINUED_AFTER_LOSS);
  const isLoss = others.length < problems.length;
  const isElseSound = others.every(({ exit }) => exit === VERIFY_EXIT.quorum);
  return isLoss && isElseSound ? AFTER_LOSS[language] : resultOf(exitOf(findings), language);
}

/** The verdict in words. */
export function resultOf(exit: number, language: Language): string {
  return RESULTS.get(exit)?.[language] ?? '';
}

/** For a person: one block a log, then the verdict. */
export function reportText(findings: readonly LogFinding[], language: Language): string {
  const say = (text: Text, facts: Readonly<Record<string, string | number>> = {}) =>
    fillText(text[language], facts);
  const place = ({ index, lastIndex }: Problem) => {
    if (index === null) return '';
    if (lastIndex === null || lastIndex === index) return say(TEXTS.at, { index });
    return say(TEXTS.between, { index, last: lastIndex });
  };
  const block = (finding: LogFinding): readonly string[] => {
    const { origin, size, root, seen, witnesses, quorum, proven, problems, manifests } = finding;
    const names = witnesses.map(({ name }) => name).join(' ');
    return [
      say(TEXTS.log, { origin }),
      ...(finding.signed ? [say(TEXTS.checkpoint, { size, root })] : []),
      ...(seen === null ? [] : [say(TEXTS.seen, { seen })]),
      say(TEXTS.witnesses, {
        count: witnesses.length,
        names,
        quorum: say(quorum ? TEXTS.enough : TEXTS.few),
      }),
      say(TEXTS.proven, { proven }),
      ...(manifests === undefined ? [] : [say(TEXTS.manifests, { ...manifests })]),
      ...problems.map((problem) =>
        say(TEXTS.problem, { code: problem.code, place: place(problem), detail: problem.detail }),
      ),
    ];
  };
  const verdict = say(TEXTS.result, { result: verdictOf(findings, language) });
  return `${[...findings.flatMap(block), verdict].join('\n')}\n`;
}

/** For a script: one object. */
export function reportObject(findings: readonly LogFinding[]): object {
  const exit = exitOf(findings);
  return {
    v: 1,
    result: verdictOf(findings, 'en'),
    exit,
    logs: findings.map(({ origin, size, root, signed, witnesses, quorum, seen, manifests }) => ({
      origin,
      size,
      root,
      signed,
      seen,
      witnesses: witnesses.map(({ name, timeSeconds }) => ({
        name,
        time: formatInstant(timeSeconds * 1_000),
      })),
      quorum,
      ...(manifests === undefined ? {} : { manifests }),
    })),
    events: {
      proven: findings.reduce((sum, { proven }) => sum + proven, 0),
      failed: findings.filter(({ proven, size }) => proven < size).length,
    },
    problems: findings.flatMap(({ origin, problems }) =>
      problems.map(({ code, index, lastIndex, detail }) => ({
        code,
        file: origin,
        ...(index === null ? {} : { index }),
        ...(lastIndex === null ? {} : { lastIndex }),
        detail,
      })),
    ),
  };
}
