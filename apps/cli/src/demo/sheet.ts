import { fillText } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { CASE_CAST } from './case/story.js';
import { AUTHORITIES, peopleOf, type DemoAuthority } from './people/cast.js';
import { DEMO_PASSPHRASE } from './sealing/sealing-job.js';

const TEXTS = {
  title: {
    es: 'Quién es quién. Todos los nombres son inventados; frase de contraseña de todos: {word}',
    en: 'Who is who. Every name is invented; the passphrase of everybody: {word}',
  },
  case: {
    es: [
      'Un caso ya está en marcha: {steward} y {member} conversan en un hilo, con un acta ',
      'adjunta; {invited} está invitado y todavía no entra.',
    ].join(''),
    en: [
      'A case is under way: {steward} and {member} talk in a thread, with a record ',
      'attached; {invited} is invited and has not come yet.',
    ].join(''),
  },
  folders: {
    es: [
      'Cada persona es una carpeta para --home; las de los registradores están en registrars/, con su llave (ENLACE_PASSPHRASE_2):',
      '  export ENLACE_PASSPHRASE={word}',
      '  npx enlace device sign-in --home {folder}/personas/cr-rosa',
      '  npx enlace whoami --home {folder}/personas/cr-rosa',
      '  npx enlace device sign-out --home {folder}/personas/cr-rosa',
      'Junto a cada carpeta está el código que abre la bóveda (.recovery-code); una persona lo tendría en papel.',
    ].join('\n'),
    en: [
      'Each person is a folder for --home; those of registrars are in registrars/, with their key (ENLACE_PASSPHRASE_2):',
      '  export ENLACE_PASSPHRASE={word}',
      '  npx enlace device sign-in --home {folder}/personas/cr-rosa',
      '  npx enlace whoami --home {folder}/personas/cr-rosa',
      '  npx enlace device sign-out --home {folder}/personas/cr-rosa',
      'Beside each folder is the code that opens the vault (.recovery-code); a person would have it on paper.',
    ].join('\n'),
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Who is who in the demo, and how to be one of them. `folder` is the one of the demo. */
export function sheetOf(folder: string, language: Language): string {
  const fill = (text: Text) =>
    text[language].replaceAll('{word}', DEMO_PASSPHRASE).replaceAll('{folder}', () => folder);
  return [
    fill(TEXTS.title),
    ...AUTHORITIES.map((authority) => authorityLines(authority, language)),
    fillText(TEXTS.case[language], CASE_CAST),
    fill(TEXTS.folders),
  ].join('\n\n');
}

function authorityLines(authority: DemoAuthority, language: Language): string {
  const { state, names, registrars } = authority;
  const players = [...peopleOf(authority), ...registrars];
  const slugWidth = Math.max(...players.map(({ slug }) => slug.length));
  const nameWidth = Math.max(...players.map(({ name }) => name.length));
  return [
    `${state}  ${names[language]}`,
    ...players.map(
      ({ slug, name, title }) =>
        `    ${slug.padEnd(slugWidth)}  ${name.padEnd(nameWidth)}  ${title[language]}`,
    ),
  ].join('\n');
}
