import type { Language, Text } from '../command-line/language.js';
import { AUTHORITIES, peopleOf, type DemoAuthority } from './people/cast.js';
import { DEMO_PASSPHRASE } from './sealing/sealing-job.js';

const TEXTS = {
  title: {
    es: 'Quién es quién. Todos los nombres son inventados; frase de contraseña de todos: {word}',
    en: 'Who is who. Every name is invented; the passphrase of everybody: {word}',
  },
  registrars: { es: 'Registradores', en: 'Registrars' },
  folders: {
    es: [
      'Cada persona es una carpeta de {folder}, para --home:',
      '  export ENLACE_PASSPHRASE={word}',
      '  npx enlace device sign-in --home {folder}/cr-rosa',
      '  npx enlace device sign-out --home {folder}/cr-rosa',
    ].join('\n'),
    en: [
      'Each person is a folder of {folder}, for --home:',
      '  export ENLACE_PASSPHRASE={word}',
      '  npx enlace device sign-in --home {folder}/cr-rosa',
      '  npx enlace device sign-out --home {folder}/cr-rosa',
    ].join('\n'),
  },
} as const satisfies Readonly<Record<string, Text>>;

/** Who is who in the demo, and how to be one of them. `folder` is the one of the personas. */
export function sheetOf(folder: string, language: Language): string {
  const fill = (text: Text) =>
    text[language].replaceAll('{word}', DEMO_PASSPHRASE).replaceAll('{folder}', () => folder);
  return [
    fill(TEXTS.title),
    ...AUTHORITIES.map((authority) => authorityLines(authority, language)),
    fill(TEXTS.folders),
  ].join('\n\n');
}

function authorityLines(authority: DemoAuthority, language: Language): string {
  const { state, names, registrars } = authority;
  const people = peopleOf(authority);
  const slugWidth = Math.max(...people.map(({ slug }) => slug.length));
  const nameWidth = Math.max(...people.map(({ name }) => name.length));
  return [
    `${state}  ${names[language]}`,
    ...people.map(
      ({ slug, name, title }) =>
        `    ${slug.padEnd(slugWidth)}  ${name.padEnd(nameWidth)}  ${title[language]}`,
    ),
    `    ${TEXTS.registrars[language]}: ${registrars.map(({ name }) => name).join(', ')}`,
  ].join('\n');
}
