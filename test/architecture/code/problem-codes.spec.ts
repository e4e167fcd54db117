import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

import { PROBLEMS } from '@enlace/contracts';

import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { readText, sourceFiles } from '../house.js';
import { importedModule, isShipped, literalText, nodesOf, parse } from './static-rule.js';

interface ErrorClass {
  readonly path: string;
  readonly name: string;
  readonly code: string;
  readonly kind: string | null;
}

const CODE = /^[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/u;
const CATALOGUE: ReadonlySet<string> = new Set([
  'libs/contracts/src/problem-catalogue.ts',
  'libs/contracts/src/attachments/attachment-problems.ts',
  'libs/contracts/src/threads/wire/thread-problems.ts',
]);

/** The text that a class gives to one of its properties: `readonly code = 'thread.not-found'`. */
function constantOf(node: ts.ClassLikeDeclaration, property: string): string | null {
  const member = node.members.find(
    (candidate) => ts.isPropertyDeclaration(candidate) && candidate.name.getText() === property,
  );
  if (member === undefined || !ts.isPropertyDeclaration(member)) return null;
  return member.initializer === undefined ? null : literalText(member.initializer);
}

/** The error classes of a file that have one code. */
function errorClasses(path: string, text: string): readonly ErrorClass[] {
  return nodesOf(parse(path, text))
    .filter(ts.isClassLike)
    .flatMap((node) => {
      const code = constantOf(node, 'code');
      const name = node.name?.text ?? 'class';
      return code === null ? [] : [{ path, name, code, kind: constantOf(node, 'kind') }];
    });
}

const shipped = sourceFiles().filter(isShipped);
const LIBRARY = /@enlace\/([a-z0-9]+)/u;
/**
 * What the checks of logs throw is for whoever checks. The server checks its own logs: there it halts a log, or is a
 * fault, and never the answer to a request.
 */
const VERIFIER = 'tlog';
/** The server and the libraries it imports: their errors reach its problem filter. */
const serverSide = [
  'apps/api/',
  ...new Set(
    shipped
      .filter((path) => path.startsWith('apps/api/src/'))
      .flatMap((path) => nodesOf(parse(path, readText(path))))
      .flatMap((node) => LIBRARY.exec(importedModule(node) ?? '')?.slice(1) ?? [])
      .filter((library) => library !== VERIFIER)
      .map((library) => `libs/${library}/`),
  ),
];
const isServerSide = (path: string): boolean => serverSide.some((root) => path.startsWith(root));

const classes = shipped.flatMap((path) => errorClasses(path, readText(path)));
const kindOf = (code: string): string | null =>
  new Map(Object.entries(PROBLEMS)).get(code)?.kind ?? null;

/** Codes of what the browser does not do yet, or of a fault that no person can bring about. */
const UNMET: ReadonlySet<string> = new Set([
  'client.origin-malformed',
  'content.newer',
  'entry.key-mismatch',
  'entry.refused',
  'entry.waits',
  'export.malformed',
  'export.refused',
  'grant.refused',
  'package.refused',
  'record.absent',
  'record.differs',
  'record.refused',
  'release.refused',
]);
/** What a page of the browser meets: its own code, and that of the libraries it is made of. */
const inBrowser = (path: string): boolean =>
  /^(?:apps\/web|libs\/(?:client|e2ee|kernel|trust))\//u.test(path);

describe('the texts of the browser', () => {
  const texts = Object.keys(es).filter((key) => /^problem\.[a-z-]+\.[a-z-]+/u.test(key));
  const codeOf = (key: string): string => key.split('.').slice(1, 3).join('.');
  const codes = new Set([
    ...Object.keys(PROBLEMS),
    ...classes.map(({ code }) => code),
    'client.fault',
    'client.unknown-problem',
  ]);

  it('are of codes that something throws', () => {
    expect(texts.filter((key) => !codes.has(codeOf(key)))).toEqual([]);
    expect(texts.length).toBeGreaterThan(50);
  });

  it('are there for every code of the browser and of the libraries it is made of', () => {
    const thrown = classes.filter(({ path }) => inBrowser(path)).map(({ code }) => code);
    const isSaid = (code: string): boolean => UNMET.has(code) || `problem.${code}` in es;
    expect(thrown.filter((code) => !isSaid(code))).toEqual([]);
    expect([...UNMET].filter((code) => `problem.${code}` in es)).toEqual([]);
  });

  it.each(['ROLLBACK', 'FORK', 'WITHHELD', 'UNCERTIFIED'])(
    'have a sentence of its own for a directory that is refused as %s',
    (alert) => {
      expect(es).toHaveProperty([`problem.directory.refused.${alert}`]);
      const kinds = readText('libs/client/src/directory/directory-alert.ts');
      expect(kinds).toContain(`'${alert}'`);
    },
  );
});

describe('the problem catalogue', () => {
  it('has every code that the server or a library it imports throws, with the same kind', () => {
    expect(serverSide).toEqual(expect.arrayContaining(['libs/kernel/', 'libs/contracts/']));
    const wrong = classes
      .filter(({ path }) => isServerSide(path))
      .filter(({ code, kind }) => kindOf(code) === null || kindOf(code) !== kind);
    expect(wrong).toEqual([]);
    expect(classes.length).toBeGreaterThan(5);
  });

  it('has no code that nothing can answer', () => {
    const used = new Set(
      shipped
        .filter((path) => isServerSide(path) && !CATALOGUE.has(path))
        .flatMap((path) => nodesOf(parse(path, readText(path))).map(literalText)),
    );
    expect(Object.keys(PROBLEMS).filter((code) => !used.has(code))).toEqual([]);
  });

  it('and the codes of clients mean one thing each and have one form', () => {
    const clients = classes.filter(({ path }) => !isServerSide(path));
    expect(clients.filter(({ code, kind }) => (kindOf(code) ?? kind) !== kind)).toEqual([]);
    const codes = [...Object.keys(PROBLEMS), ...classes.map(({ code }) => code)];
    expect(codes.filter((code) => !CODE.test(code))).toEqual([]);
  });

  it('would miss a planted class with an unknown code or another kind', () => {
    const text = `class A extends DomainError { readonly code = 'thread.no-such'; readonly kind = 'absent'; }`;
    const [planted] = errorClasses('apps/api/src/planted.ts', text);
    expect(planted).toMatchObject({ code: 'thread.no-such', kind: 'absent' });
    expect(kindOf('thread.no-such')).toBeNull();
  });
});
