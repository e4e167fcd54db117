import { COMMON_OPTIONS } from './common-options.js';
import type { Language, Text } from './language.js';
import { VERBS } from './read-arguments.js';
import type { Command, Option, OptionTable, Verb } from './verb.js';

const TEXTS = {
  program: {
    es: 'enlace: plataforma regional segura para fiscalías especializadas',
    en: 'enlace: secure regional platform for specialised prosecutors',
  },
  usage: { es: 'Uso', en: 'Usage' },
  form: { es: 'enlace <verbo> [opciones]', en: 'enlace <verb> [options]' },
  verbs: { es: 'Verbos', en: 'Verbs' },
  options: { es: 'Opciones', en: 'Options' },
  commonOptions: { es: 'Opciones comunes', en: 'Common options' },
  more: { es: 'Más: enlace {verb} --help', en: 'More: enlace {verb} --help' },
  exitCodes: { es: 'Códigos de salida', en: 'Exit codes' },
  exits: {
    es: [
      '0 hecho · 1 con reservas · 2 alerta de integridad · 3 entrada malformada',
      '4 no se puede ejecutar · 78 serve y demo: se negó a arrancar',
    ].join('\n  '),
    en: [
      '0 done · 1 with reservations · 2 integrity alert · 3 malformed input',
      '4 cannot run · 78 serve and demo: refused to start',
    ].join('\n  '),
  },
} as const satisfies Readonly<Record<string, Text>>;

/** The help of the whole program, one line a verb. */
export function programHelp(language: Language): string {
  const verbs = columns(VERBS.map(({ name, purpose }) => [name, purpose[language]]));
  return [
    TEXTS.program[language],
    `${TEXTS.usage[language]}: ${TEXTS.form[language]}`,
    section(TEXTS.verbs[language], verbs),
    section(TEXTS.commonOptions[language], optionLines(COMMON_OPTIONS, language)),
    section(TEXTS.exitCodes[language], `  ${TEXTS.exits[language]}`),
  ].join('\n\n');
}

/** The help of one verb: every command with its purpose and its options. */
export function verbHelp(verb: Verb, language: Language): string {
  const commands = verb.commands.map((command): [string, string] => [
    formOf(verb, command),
    command.purpose[language],
  ]);
  const own = optionRows(verb, language);
  return [
    `enlace ${verb.name}: ${verb.purpose[language]}`,
    section(TEXTS.usage[language], columns(commands)),
    ...(own.length === 0 ? [] : [section(TEXTS.options[language], columns(own))]),
    section(TEXTS.commonOptions[language], optionLines(COMMON_OPTIONS, language)),
  ].join('\n\n');
}

/** The usage that follows an error: the forms of the verb, or of the program when the verb is not known. */
export function usage(verb: Verb | null, language: Language): string {
  const forms =
    verb === null ? [TEXTS.form[language]] : verb.commands.map((command) => formOf(verb, command));
  const more = TEXTS.more[language].replace('{verb} ', verb === null ? '' : `${verb.name} `);
  return [`${TEXTS.usage[language]}: ${forms.join('\n     ')}`, more].join('\n');
}

function formOf({ name }: Verb, { words, argument, more, options }: Command): string {
  const parts = [...words, ...[argument, more?.name].filter((part) => part !== undefined)];
  return ['enlace', name, ...parts, ...Object.entries(options).map(bracketed)].join(' ');
}

function bracketed([name, { value }]: [string, Option]): string {
  return value === undefined ? `[--${name}]` : `[--${name} ${value}]`;
}

function optionLines(table: OptionTable, language: Language): string {
  return columns(
    Object.entries(table).map(([name, option]) => [
      optionForm(name, option),
      option.purpose[language],
    ]),
  );
}

/** Every option of the verb once for each meaning, with its commands where they take it in different ones. */
function optionRows(verb: Verb, language: Language): readonly (readonly [string, string])[] {
  const meanings = new Map<string, Map<string, string[]>>();
  for (const { words, options } of verb.commands) {
    for (const [name, option] of Object.entries(options)) {
      const form = optionForm(name, option);
      const purposes = meanings.get(form) ?? new Map<string, string[]>();
      const purpose = option.purpose[language];
      purposes.set(purpose, [...(purposes.get(purpose) ?? []), words.join(' ')]);
      meanings.set(form, purposes);
    }
  }
  return [...meanings].flatMap(([form, purposes]) =>
    [...purposes].map(([purpose, commands]): [string, string] => [
      form,
      purposes.size === 1 ? purpose : `${commands.join(', ')}: ${purpose}`,
    ]),
  );
}

function optionForm(name: string, { value, short }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function section(title: string, body: string): string {
  return `${title}\n${body}`;
}

/** Two columns; a left side wider than 24 gets its own line. */
function columns(rows: readonly (readonly [string, string])[]): string {
  return rows
    .map(([left, right]) =>
      left.length > 24 ? `  ${left}\n${' '.repeat(28)}${right}` : `  ${left.padEnd(26)}${right}`,
    )
    .join('\n');
}
