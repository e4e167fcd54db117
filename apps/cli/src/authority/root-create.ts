import { join, resolve } from 'node:path';
import { parseBase64Url, systemRandom } from '@enlace/kernel';
import { cryptoReady, keyFingerprint, parseStatement } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findInteger, requireAuthority, requireText } from '../command-line/option-values.js';
import { askNewPassphrase, type PassphraseRequest } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles, type NewFile } from '../files/new-files.js';
import { splitSeed } from './custody.js';
import { sealKeyFile, type KeyFile } from './key-file.js';
import { newRoot, ROOT_YEARS } from './state-root.js';

const VARIABLES = ['ENLACE_PASSPHRASE', 'ENLACE_PASSPHRASE_2', 'ENLACE_PASSPHRASE_3'] as const;

const TEXTS = {
  custodian: { es: 'custodio {number}', en: 'custodian {number}' },
  root: { es: 'la raíz', en: 'the root' },
  done: {
    es: [
      'Raíz de {state}: {statement}',
      'Huella, para comparar en persona o por nota diplomática:',
      '  {fingerprint}',
      'Archivos: {files}',
    ].join('\n'),
    en: [
      'Root of {state}: {statement}',
      'Fingerprint, to be compared in person or by diplomatic note:',
      '  {fingerprint}',
      'Files: {files}',
    ].join('\n'),
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace authority root create`: the key of a State and the statement that presents it. The key leaves this command in
 * three shares, any two of which are the key; with `--one-holder` in one file.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const state = requireAuthority(options);
  const folder = resolve(requireText(options, 'out'));
  const years = findInteger(options, 'years', [ROOT_YEARS.least, ROOT_YEARS.most]);
  const names = { es: requireText(options, 'name-es'), en: requireText(options, 'name-en') };
  const { seed, body, wire } = refusing('--name-es, --name-en', () =>
    newRoot({ state, names, years: years ?? ROOT_YEARS.most }),
  );
  const { rootKey } = body;
  const shares = options.has('one-holder') ? [wholeKey(seed)] : sharesOf(seed);
  const paths = shares.map(({ file }) => join(folder, file));
  const statementPath = join(folder, 'state-root.json');
  assertAbsent([...paths, statementPath]);
  const files = await sealShares(invocation, shares, {
    folder,
    about: { state, publicKey: rootKey, createdAt: body.issuedAt },
  });
  seed.fill(0);
  writeNewFiles([...files, { path: statementPath, text: `${wire}\n`, isSecret: false }]);
  const statement = parseStatement(wire).id;
  const fingerprint = keyFingerprint(parseBase64Url(rootKey));
  const told = { state, statement, fingerprint, files: [...paths, statementPath].join(', ') };
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({
          event: 'root-created',
          state,
          statement,
          rootKey,
          fingerprint,
          notAfter: body.notAfter,
          keyFiles: paths,
          statementFile: statementPath,
        })
      : fillText(TEXTS.done[language], told),
  );
  return EXIT.done;
}

interface Share {
  readonly file: string;
  readonly kind: KeyFile['kind'];
  readonly custodian: KeyFile['custodian'];
  readonly secret: Uint8Array;
  readonly what: Text;
}

function wholeKey(seed: Uint8Array): Share {
  return { file: 'root.key', kind: 'root', custodian: 0, secret: seed, what: TEXTS.root };
}

function sharesOf(seed: Uint8Array): readonly Share[] {
  return splitSeed(seed, systemRandom).map(({ custodian, halves }) => ({
    file: `custodian-${custodian}.key`,
    kind: 'root-share',
    custodian,
    secret: Uint8Array.from([...halves[0], ...halves[1]]),
    what: {
      es: fillText(TEXTS.custodian.es, { number: custodian }),
      en: fillText(TEXTS.custodian.en, { number: custodian }),
    },
  }));
}

/** Each holder types a passphrase of his own. */
async function sealShares(
  { terminal, language }: Invocation,
  shares: readonly Share[],
  made: {
    readonly folder: string;
    readonly about: Pick<KeyFile, 'state' | 'publicKey' | 'createdAt'>;
  },
): Promise<readonly NewFile[]> {
  const questions = new Questions(terminal);
  const { environment } = terminal;
  try {
    const files: NewFile[] = [];
    for (const [index, { file, kind, custodian, secret, what }] of shares.entries()) {
      const variable: PassphraseRequest['variable'] = VARIABLES[index] ?? 'ENLACE_PASSPHRASE_3';
      const request = { what, variable, environment, language, questions };
      const passphrase = await askNewPassphrase(request);
      const text = sealKeyFile({ v: 1, kind, custodian, ...made.about }, secret, passphrase);
      secret.fill(0);
      files.push({ path: join(made.folder, file), text, isSecret: true });
    }
    return files;
  } finally {
    questions.close();
  }
}
