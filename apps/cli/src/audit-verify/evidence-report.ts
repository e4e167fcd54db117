import { formatInstant, toBase64 } from '@enlace/kernel';
import type { BundleLog, BundleProblem, BundleReport, ProblemKind } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { VERIFY_EXIT, worstOf } from './findings.js';
import { resultOf } from './report.js';

const EXITS: Readonly<Record<ProblemKind, number>> = {
  malformed: VERIFY_EXIT.malformed,
  integrity: VERIFY_EXIT.alert,
  missing: VERIFY_EXIT.missing,
  split: VERIFY_EXIT.split,
  quorum: VERIFY_EXIT.quorum,
  // Proven, and nobody here vouches for the roots it was proven under.
  roots: VERIFY_EXIT.quorum,
};

const TEXTS = {
  log: { es: 'registro   {origin}', en: 'log        {origin}' },
  checkpoint: {
    es: 'sello      tamaño {size}  raíz {root}  firmado',
    en: 'checkpoint size {size}  root {root}  signed',
  },
  witnesses: {
    es: 'testigos   {count} de {all} (se piden {needed}): {names}',
    en: 'witnesses  {count} of {all} (need {needed}): {names}',
  },
  events: {
    es: 'eventos    {proven} probados  {failed} fallidos',
    en: 'events     {proven} proven  {failed} failed',
  },
  sections: {
    es: 'secciones  {shown} visibles  {erased} borradas ({erasures} borrados)  {withheld} reservadas  {missing} FALTAN',
    en: 'sections   {shown} shown  {erased} erased ({erasures} erasures)  {withheld} withheld  {missing} MISSING',
  },
  devices: {
    es: 'aparatos   {proven} firmas válidas  {notApplicable} no aplican',
    en: 'devices    {proven} request proofs valid  {notApplicable} not applicable',
  },
  unbound: {
    es: '           {unbound} firmas válidas, sin el inicio de sesión que las une a un aparato',
    en: '           {unbound} valid, without the sign-in that ties them to a device',
  },
  problem: {
    es: 'ALERTA     {code} {file} {index} {detail}',
    en: 'ALERT      {code} {file} {index} {detail}',
  },
  roots: {
    es: 'RAÍCES     de {detail}, del propio paquete: compárelas con --trust FILE',
    en: 'ROOTS      of {detail}, as the bundle itself says: compare them with --trust FILE',
  },
  result: { es: 'resultado  {result}', en: 'result     {result}' },
} as const satisfies Readonly<Record<string, Text>>;

/** `audit verify` prints at most so many problems for a person; a script gets them all. */
const SHOWN_PROBLEMS = 50;

export function evidenceExit({ problems }: BundleReport): number {
  return worstOf(problems.map(({ kind }) => EXITS[kind]));
}

/** For a person: the logs, what was proven of the events, what is wrong, the verdict. */
export function evidenceText(report: BundleReport, language: Language): string {
  const say = (text: Text, facts: Readonly<Record<string, string | number>> = {}) =>
    fillText(text[language], facts).trimEnd();
  const { logs, events, sections, erasures, devices, problems } = report;
  const lines = [
    ...logs.flatMap(({ origin, size, root, cosigners, witnesses, needed }) => [
      say(TEXTS.log, { origin }),
      say(TEXTS.checkpoint, { size, root: toBase64(root) }),
      say(TEXTS.witnesses, {
        count: cosigners.length,
        all: witnesses,
        needed,
        names: cosigners.map(({ name }) => name).join(' '),
      }),
    ]),
    say(TEXTS.events, events),
    say(TEXTS.sections, { ...sections, erasures }),
    say(TEXTS.devices, devices),
    ...(devices.unbound === 0 ? [] : [say(TEXTS.unbound, devices)]),
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => {
      const { code, file, index, detail } = problem;
      const text = problem.kind === 'roots' ? TEXTS.roots : TEXTS.problem;
      return say(text, { code, file, index: index ?? '', detail });
    }),
    say(TEXTS.result, { result: resultOf(evidenceExit(report), language) }),
  ];
  return `${lines.join('\n')}\n`;
}

/** For a script: one object. */
export function evidenceObject(report: BundleReport): object {
  const { logs, events, sections, devices, problems } = report;
  const exit = evidenceExit(report);
  return {
    v: 1,
    result: resultOf(exit, 'en'),
    exit,
    logs: logs.map(logObject),
    events,
    sections,
    devices,
    problems: problems.map(problemObject),
  };
}

function logObject({ origin, size, root, signed, cosigners, meetsQuorum }: BundleLog): object {
  const witnesses = cosigners.map(({ name, timeSeconds }) => ({
    name,
    time: formatInstant(timeSeconds * 1_000),
  }));
  return { origin, size, root: toBase64(root), signed, witnesses, quorum: meetsQuorum };
}

function problemObject({ code, file, index, detail }: BundleProblem): object {
  return { code, file, ...(index === null ? {} : { index }), detail };
}
