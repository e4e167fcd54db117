import { formatInstant, toBase64 } from '@enlace/kernel';
import type {
  BundleLog,
  BundleOrigin,
  BundleProblem,
  BundleReport,
  ProblemKind,
} from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Language, Text } from '../../command-line/language.js';
import { VERIFY_EXIT, worstOf } from '../findings.js';
import { resultOf } from '../report.js';
import type { StampedReport } from './stamps.js';

const EXITS: Readonly<Record<ProblemKind, number>> = {
  malformed: VERIFY_EXIT.malformed,
  integrity: VERIFY_EXIT.alert,
  missing: VERIFY_EXIT.missing,
  split: VERIFY_EXIT.split,
  quorum: VERIFY_EXIT.quorum,
  // Proven, and nobody here vouches for the roots it was proven under.
  roots: VERIFY_EXIT.quorum,
  // Proven under a key that the policy names; that States let it go on is known from elsewhere.
  loss: VERIFY_EXIT.quorum,
};

const TEXTS = {
  made: {
    es: 'firmante   {personId} de {state}, dispositivo {deviceId}, {madeAt}',
    en: 'signer     {personId} of {state}, device {deviceId}, {madeAt}',
  },
  unsigned: {
    es: 'SIN FIRMA  que valga de {personId} de {state}, a quien nombra',
    en: 'UNSIGNED   by {personId} of {state}, whom it names',
  },
  scope: {
    es: 'alcance    {kind} {state} {filter}, se guarda hasta {expiresAt}',
    en: 'scope      {kind} {state} {filter}, to be kept until {expiresAt}',
  },
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
    es: '           {unbound} firmas válidas, sin lo que las une a un aparato o a este acto',
    en: '           {unbound} valid, without what ties them to a device or to this act',
  },
  problem: {
    es: 'ALERTA     {code} {file} {index} {detail}',
    en: 'ALERT      {code} {file} {index} {detail}',
  },
  stamp: {
    es: 'tiempo     {file}: {time}, según {authority}',
    en: 'time       {file}: {time}, says {authority}',
  },
  unchecked: {
    es: 'SIN VERIFICAR  {file}: {time}, según {authority}; nadie responde por ella sin --tsa-ca FILE',
    en: 'NOT CHECKED    {file}: {time}, says {authority}; nobody answers for it without --tsa-ca FILE',
  },
  roots: {
    es: 'RAÍCES     de {detail}, del propio paquete: compárelas con --trust FILE',
    en: 'ROOTS      of {detail}, as the bundle itself says: compare them with --trust FILE',
  },
  loss: {
    es: 'PÉRDIDA    {detail} sigue donde otro registro perdió entradas; quién lo firmó: audit verify --url',
    en: 'LOSS       {detail} goes on where another log lost entries; who signed that: audit verify --url',
  },
  result: { es: 'resultado  {result}', en: 'result     {result}' },
  afterLoss: {
    es: 'VERIFICADO, EN UN REGISTRO QUE SIGUE TRAS UNA PÉRDIDA',
    en: 'VERIFIED, IN A LOG THAT GOES ON AFTER A LOSS',
  },
  unvouched: {
    es: 'VERIFICADO, BAJO RAÍCES QUE NADIE AQUÍ AVALA',
    en: 'VERIFIED, UNDER ROOTS THAT NOBODY HERE VOUCHES FOR',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `audit verify` prints at most so many problems for a person; a script gets them all. */
const SHOWN_PROBLEMS = 50;

export function evidenceExit({ problems }: BundleReport): number {
  return worstOf(problems.map(({ kind }) => EXITS[kind]));
}

/** The verdict in words. */
export function evidenceResult(report: BundleReport, language: Language): string {
  const kinds = new Set(report.problems.map(({ kind }) => kind));
  const isElseSound = [...kinds].every((kind) => kind === 'roots' || kind === 'loss');
  if (kinds.has('loss') && isElseSound) return TEXTS.afterLoss[language];
  if (kinds.has('roots') && isElseSound) return TEXTS.unvouched[language];
  return resultOf(evidenceExit(report), language);
}

/** For a person: the logs, what was proven of the events, what is wrong, the verdict. */
export function evidenceText(report: StampedReport, language: Language): string {
  const say = (text: Text, facts: Readonly<Record<string, string | number>> = {}) =>
    fillText(text[language], facts).trimEnd();
  const { made, logs, events, sections, erasures, devices, stamps, problems } = report;
  const lines = [
    ...(made === null ? [] : madeText(made, language)),
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
    ...stamps.map(({ file, atMs, authority, isAnsweredFor }) =>
      say(isAnsweredFor ? TEXTS.stamp : TEXTS.unchecked, {
        file,
        time: formatInstant(atMs),
        authority,
      }),
    ),
    ...problems.slice(0, SHOWN_PROBLEMS).map((problem) => {
      const { code, file, index, detail } = problem;
      const own = problem.kind === 'roots' || problem.kind === 'loss' ? problem.kind : null;
      const text = TEXTS[own ?? 'problem'];
      return say(text, { code, file, index: index ?? '', detail });
    }),
    say(TEXTS.result, { result: evidenceResult(report, language) }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Who made the bundle, of what, and until when it should be kept: the word of whoever signed it. */
function madeText(
  { scope, isSigned, personId, deviceId, state, madeAt, expiresAt }: BundleOrigin,
  language: Language,
): readonly string[] {
  const signer = { personId, deviceId, state, madeAt };
  return [
    fillText((isSigned ? TEXTS.made : TEXTS.unsigned)[language], signer),
    fillText(TEXTS.scope[language], { ...scope, expiresAt }),
  ];
}

/** For a script: one object. */
export function evidenceObject(report: StampedReport): object {
  const { made, logs, events, sections, devices, stamps, problems } = report;
  return {
    v: 1,
    result: evidenceResult(report, 'en'),
    exit: evidenceExit(report),
    made,
    logs: logs.map(logObject),
    events,
    sections,
    devices,
    stamps: stamps.map(({ file, atMs, authority, isAnsweredFor }) => {
      return { file, time: formatInstant(atMs), authority, isAnsweredFor };
    }),
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
