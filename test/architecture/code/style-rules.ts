import ts from 'typescript';

import {
  importedModule,
  isShipped,
  isSpec,
  literalText,
  methodCall,
  nameParts,
  type StaticRule,
} from './static-rule.js';

const everywhere = (): boolean => true;

const TOOL_CONFIGURATION =
  /(?:^|\/)(?:[^/]+\.config\.(?:ts|mjs)|\.dependency-cruiser\.mjs)$|^test\/support\/[^/]+\.mjs$/u;

const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

const SECRET = /(?:secret|password|passphrase|token|tokenhash|recoverycode|mac|privatekey)$/iu;

/** A value written in the code says nothing about a secret: `kind === 'passphrase'`, `token === undefined`. */
function isWritten(node: ts.Expression): boolean {
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

const isEquality = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind);

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

const isErrorInstance = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  ts.isNewExpression(node) &&
  /(?:Error|Malformed|Refused|Denied|Exceeded|NotFound)$/u.test(
    nameParts(node.expression).at(-1) ?? '',
  );

function isFunctionWithName(node: ts.Node, name: RegExp): node is ts.FunctionDeclaration {
  return (
    (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) &&
    node.name !== undefined &&
    name.test(node.name.getText())
  );
}

export const SAFETY_RULES: readonly StaticRule[] = [
  {
    name: 'no-equality-on-secrets',
    instead: 'equalBytes of the kernel compares in constant time.',
    appliesTo: isShipped,
    breaks: (node) =>
      isEquality(node) &&
      [node.left, node.right].some((side) => SECRET.test(nameParts(side).at(-1) ?? '')) &&
      ![node.left, node.right].some(isWritten),
    at: 'apps/api/src/sessions/planted.service.ts',
    planted: ['if (sessionToken === given) admit();', 'const bad = row.tokenHash !== hash;'],
    innocent: ["if (secret.kind === 'passphrase') open();", 'if (token === undefined) refuse();'],
  },
  {
    name: 'no-clock-but-the-port',
    instead: 'Take the Clock port: a test must be able to move time.',
    appliesTo: isShipped,
    breaks: (node) =>
      ts.isNewExpression(node) &&
      nameParts(node.expression).join('.') === 'Date' &&
      (node.arguments ?? []).length === 0,
    at: 'libs/trust/src/planted.ts',
    planted: ['const now = new Date();'],
    innocent: ['const at = new Date(clock.nowMs());'],
  },
  {
    name: 'no-exported-error-instance',
    instead: 'Export the class: an instance carries the stack of the import.',
    appliesTo: isShipped,
    breaks: (node) =>
      ts.isVariableStatement(node) &&
      isExported(node) &&
      node.declarationList.declarations.some(({ initializer }) => isErrorInstance(initializer)),
    at: 'libs/trust/src/planted.ts',
    planted: ["export const NOT_FOUND = new ThreadNotFound('gone');"],
    innocent: ['export const ids = new Map();', "throw new ThreadNotFound('gone');"],
  },
  {
    name: 'no-comparison-of-message-text',
    instead: 'Branch on `code` or `kind`; texts are for people.',
    appliesTo: isShipped,
    breaks: (node) => {
      const call = methodCall(node);
      const searches = /^(?:includes|startsWith|endsWith|match)$/u.test(call?.method ?? '');
      if (searches && call?.receiver.at(-1) === 'message' && call.receiver.length > 1) return true;
      return (
        isEquality(node) &&
        ts.isPropertyAccessExpression(node.left) &&
        node.left.name.text === 'message'
      );
    },
    at: 'libs/client/src/planted.ts',
    planted: ["if (error.message === 'gone') retry();", "if (error.message.includes('x')) stop();"],
    innocent: ["if (error.code === 'thread.gone') retry();", "message.startsWith('enlace');"],
  },
  {
    name: 'no-verdict-as-boolean',
    instead: 'verify* returns the verified value or throws: a boolean can be forgotten.',
    appliesTo: isShipped,
    breaks: (node) =>
      isFunctionWithName(node, /^verify/u) &&
      /^(?:Promise<)?boolean>?$/u.test(node.type?.getText() ?? ''),
    at: 'libs/trust/src/planted.ts',
    planted: [
      'function verifyChain(chain: Chain): boolean { return true; }',
      'class A { async verify(): Promise<boolean> { return true; } }',
    ],
    innocent: ['function verifyChain(chain: Chain): VerifiedChain { return check(chain); }'],
  },
  {
    name: 'no-mock-of-modules',
    instead: 'Write a fake of the port; nothing of ours and nothing of TypeORM is mocked.',
    appliesTo: isSpec,
    breaks: (node) => {
      const call = methodCall(node);
      const mocks = /^(?:mock|doMock|unstable_mockModule|createMockFromModule)$/u;
      return call?.receiver.join('.') === 'jest' && mocks.test(call.method);
    },
    at: 'libs/trust/src/planted.spec.ts',
    planted: ["jest.mock('./chain.js');", "jest.unstable_mockModule('typeorm', () => ({}));"],
    innocent: ['const listener = jest.fn();'],
  },
];

export const STYLE_RULES: readonly StaticRule[] = [
  {
    name: 'no-enum',
    instead: 'An `as const` object and the union of its values.',
    appliesTo: everywhere,
    breaks: ts.isEnumDeclaration,
    at: 'libs/kernel/src/planted.ts',
    planted: ['enum Kind { A }', 'export const enum Kind { A }'],
    innocent: ["export const KIND = { a: 'a' } as const;"],
  },
  {
    name: 'no-default-export',
    instead: 'A name: only the configuration of a tool has a default export.',
    // A declaration file says what somebody else's module exports.
    appliesTo: (path) => !TOOL_CONFIGURATION.test(path) && !path.endsWith('.d.ts'),
    breaks: (node) =>
      ts.isExportAssignment(node) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default') ||
      (isExported(node) &&
        ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)),
    at: 'apps/web/src/planted.ts',
    planted: [
      'export default 1;',
      'export default function page() {}',
      'const a = 1; export { a as default };',
    ],
    innocent: ['export const page = 1;', "export * from './page.js';"],
  },
  {
    name: 'no-more-than-three-parameters',
    instead: 'One named object; only constructors and decorated handlers may take up to six.',
    // The one exception is the signature that the specification of access gives: who, what, to what, in which context.
    appliesTo: (path) => path !== 'libs/contracts/src/policy/decide.ts',
    breaks: (node) =>
      ts.isFunctionLike(node) &&
      !ts.isConstructorDeclaration(node) &&
      node.parameters.length > 3 &&
      node.parameters.some((parameter) => (ts.getDecorators(parameter) ?? []).length === 0),
    at: 'apps/api/src/planted.ts',
    planted: [
      'function open(a: A, b: B, c: C, d: D) {}',
      'type F = (a: A, b: B, c: C, d: D) => E;',
    ],
    innocent: [
      'class A { constructor(a: A, b: B, c: C, d: D) {} }',
      'class A { open(@Body() a: A, @Param() b: B, @Query() c: C, @Me() d: D) {} }',
    ],
  },
  {
    name: 'no-relative-import-without-suffix',
    instead: 'Write the suffix (./thread.js): Node resolves nothing for us.',
    // The set-up files load the TypeScript harness through a loader.
    appliesTo: (path) => !path.startsWith('test/support/'),
    breaks: (node) => {
      const module = importedModule(node) ?? '';
      return (
        /^\.{1,2}\//u.test(module) &&
        !/\.(?:js|mjs|json|css|svg|html|woff2|worker\.ts\?worker&url)$/u.test(module)
      );
    },
    at: 'libs/kernel/src/planted.ts',
    planted: ["import { a } from './bytes';", "export * from '../kernel';"],
    innocent: ["import { a } from './bytes.js';", "import './page.css';"],
  },
  {
    name: 'no-should-in-test-names',
    instead: 'A test states what is so.',
    appliesTo: isSpec,
    breaks: (node) =>
      ts.isCallExpression(node) &&
      /^(?:it|test|describe)$/u.test(nameParts(node.expression)[0] ?? '') &&
      node.arguments.slice(0, 1).some((name) => /\bshould\b/iu.test(literalText(name) ?? '')),
    at: 'libs/kernel/src/planted.spec.ts',
    planted: ["it('should refuse', () => {});", "describe('it should', () => {});"],
    innocent: ["it('refuses', () => {});"],
  },
];
