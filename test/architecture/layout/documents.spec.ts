import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

import { readRequest } from '../../../apps/cli/src/command-line/read-arguments.js';
import { filesBelow, readJson, readText, ROOT } from '../house.js';

interface Snippet {
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```/gmu;
const LINK = /\]\(([^()\s]+)\)/gu;
const SCRIPT_IN_TEXT = /`npm run ([\w:-]+)/gu;

const rootScripts = Object.keys(readJson<{ scripts: object }>('package.json').scripts);
const documents = filesBelow('').filter((path) => path.endsWith('.md'));
const snippets = documents.flatMap((path) => snippetsOf(path, readText(path)));
const ofLanguage = (...languages: string[]): readonly Snippet[] =>
  snippets.filter(({ language }) => languages.includes(language));

function snippetsOf(path: string, text: string): readonly Snippet[] {
  return [...text.matchAll(FENCE)].map(([, language = '', body = ''], index) => ({
    at: `${path} (block ${index + 1})`,
    language,
    text: body,
  }));
}

/** The commands of a shell block, one an entry: comments, prompts and assignments before the program are left out. */
function commandsOf(text: string): readonly string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split(/\n|&&/u)
    .map((line) => line.replace(/\s#.*$|^\s*#.*$/u, '').trim())
    .map((line) => line.replace(/^\$ /u, '').replace(/^(?:[A-Z][A-Z0-9_]*=\S* )+/u, ''))
    .filter((line) => line !== '');
}

/** Why a command of ours cannot work; null when it can, or is another program's. */
function faultOf(command: string): string | null {
  const words = command.split(/\s+/u);
  const [program, ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === 'enlace') return enlaceFault(rest);
  if (program !== 'npm') return null;
  const [verb = '', name = ''] = rest;
  if (['ci', 'install', 'ls', 'audit', 'sbom'].includes(verb)) return null;
  const script =
    verb === 'run' ? rest.find((word) => word !== 'run' && !word.startsWith('-')) : verb;
  return rootScripts.includes(script ?? '') ? null : `no script ${name}`;
}

/** The command line reads its own documentation. */
function enlaceFault(args: readonly string[]): string | null {
  try {
    readRequest(args);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** The type errors of TypeScript snippets, each a module of its own beside the tests. */
function typeErrors(parts: readonly Snippet[]): readonly string[] {
  const files = new Map(
    parts.map(({ text }, index) => [join(ROOT, `test/snippet-${index}.ts`), `${text}\nexport {};`]),
  );
  const config = ts.readConfigFile(join(ROOT, 'test/tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(ROOT, 'test'));
  const settings = {
    ...options,
    composite: false,
    incremental: false,
    noEmit: true,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
  };
  delete settings.tsBuildInfoFile;
  const host = ts.createCompilerHost(settings);
  host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  const program = ts.createProgram([...files.keys()], settings, host);
  return [...files.keys()].flatMap((path, index) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(
        ({ messageText }) =>
          `${parts[index]?.at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
  );
}

describe('the commands in the documents', () => {
  it('exist', () => {
    const wrong = ofLanguage('sh', 'bash', 'shell', 'console').flatMap(({ at, text }) =>
      commandsOf(text).flatMap((command) => {
        const fault = faultOf(command);
        return fault === null ? [] : [`${at}: ${command}: ${fault}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('that are named in a sentence exist', () => {
    const named = documents.flatMap((path) =>
      [...readText(path).matchAll(SCRIPT_IN_TEXT)].map(([, script = '']) => script),
    );
    expect(named.filter((script) => !rootScripts.includes(script))).toEqual([]);
  });

  it.each([
    ['npm run no-such-thing', 'no script no-such-thing'],
    ['npx enlace dance', 'usage.unknown-verb'],
    ['enlace serve --prot', 'usage.unknown-option'],
    ['DATABASE_URL=postgres://localhost/enlace npm start', null],
    ['npm ci && npm test # all of it', null],
    ['enlace thread list', null],
    ['docker compose up', null],
  ])('%s: %j', (text, fault) => {
    expect(
      commandsOf(text)
        .map(faultOf)
        .find((found) => found !== null) ?? null,
    ).toBe(fault);
  });
});

describe('the snippets in the documents', () => {
  it('in TypeScript have the right types', () => {
    const right = {
      at: 'right',
      language: 'ts',
      text: "import { newId } from '@enlace/kernel';\nvoid newId;",
    };
    const wrong = {
      at: 'wrong',
      language: 'ts',
      text: "import { noSuchThing } from '@enlace/kernel';\nvoid noSuchThing;",
    };
    const errors = typeErrors([right, wrong, ...ofLanguage('ts', 'typescript')]);
    expect(errors).toEqual([
      expect.stringContaining('wrong: Module \'"@enlace/kernel"\' has no exported member'),
    ]);
  });

  it('in JSON and YAML can be read', () => {
    for (const { text } of ofLanguage('json')) expect(() => JSON.parse(text)).not.toThrow();
    const errors = ofLanguage('yaml', 'yml').flatMap(({ at, text }) =>
      parseAllDocuments(text).flatMap((document) => document.errors.map(() => at)),
    );
    expect(errors).toEqual([]);
  });

  it('name their language when they are code', () => {
    const known = [
      '',
      'sh',
      'bash',
      'shell',
      'console',
      'ts',
      'typescript',
      'json',
      'yaml',
      'yml',
      'sql',
      'http',
      'text',
      'js',
      'html',
    ];
    expect(
      snippets.filter(({ language }) => !known.includes(language)).map(({ at }) => at),
    ).toEqual([]);
  });
});

it('every link of the documents leads to a file of the house', () => {
  const broken = documents.flatMap((path) =>
    [...readText(path).matchAll(LINK)]
      .map(([, target = '']) => target.split('#', 1)[0] ?? '')
      .filter((target) => target !== '' && !/^[a-z]+:/u.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});
