import ts from 'typescript';

/**
 * A rule about code that the linter cannot express. `breaks` judges one node (for a rule about text: the file itself);
 * `planted` are faults it must find, `innocent` are neighbours it must leave alone, each at a path the rule applies to.
 */
export interface StaticRule {
  readonly name: string;
  /** What to do instead. */
  readonly instead: string;
  readonly appliesTo: (path: string) => boolean;
  readonly breaks: (node: ts.Node) => boolean;
  readonly at: string;
  readonly planted: readonly string[];
  readonly innocent: readonly string[];
}

export const inServer = (path: string): boolean =>
  path.startsWith('apps/api/src/') && !isSpec(path);

export const isShipped = (path: string): boolean => /^(?:apps|libs)\//u.test(path) && !isSpec(path);

export function isSpec(path: string): boolean {
  return path.endsWith('.spec.ts') || path.startsWith('test/');
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** Every node of the file, the file itself first. */
export function nodesOf(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    nodes.push(child);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return nodes;
}

/** The places that break the rule, as `path:line: name`. */
export function violationsOf(rule: StaticRule, file: ts.SourceFile): readonly string[] {
  if (!rule.appliesTo(file.fileName)) return [];
  return nodesOf(file)
    .filter(rule.breaks)
    .map((node) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      return `${file.fileName}:${line + 1}: ${rule.name}. ${rule.instead}`;
    });
}

/** `a.b.c` as `['a', 'b', 'c']`; parts that are no names (calls, indexes) are left out. */
export function nameParts(node: ts.Node): readonly string[] {
  if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) return [node.text];
  if (node.kind === ts.SyntaxKind.ThisKeyword) return ['this'];
  if (ts.isPropertyAccessExpression(node)) return [...nameParts(node.expression), node.name.text];
  if (ts.isCallExpression(node) || ts.isNonNullExpression(node) || ts.isAwaitExpression(node)) {
    return nameParts(node.expression);
  }
  return [];
}

/** The method's name when the node calls a method, and what it is called on. */
export function methodCall(
  node: ts.Node,
): { method: string; receiver: readonly string[]; args: ts.NodeArray<ts.Expression> } | null {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { name, expression } = node.expression;
  return { method: name.text, receiver: nameParts(expression), args: node.arguments };
}

/** The text of a string or template literal, with `${}` for what is put in; otherwise null. */
export function literalText(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('${}');
}

/** The module that an import, export, dynamic import or require names; otherwise null. */
export function importedModule(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier === undefined ? null : literalText(node.moduleSpecifier);
  }
  if (!ts.isCallExpression(node)) return null;
  const callee = nameParts(node.expression).at(-1);
  const loads =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    callee === 'require' ||
    callee === 'getBuiltinModule';
  const [first] = node.arguments;
  return loads && first !== undefined ? literalText(first) : null;
}

/** Whether the node imports one of these names from a module. */
export function importsName(node: ts.Node, module: RegExp, names: RegExp): boolean {
  if (!ts.isImportDeclaration(node) || !module.test(importedModule(node) ?? '')) return false;
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return false;
  return bindings.elements.some((element) =>
    names.test((element.propertyName ?? element.name).text),
  );
}

/** The name of a property written in an object literal; otherwise null. */
export function propertyName(node: ts.Node): string | null {
  if (ts.isShorthandPropertyAssignment(node)) return node.name.text;
  if (!ts.isPropertyAssignment(node)) return null;
  return ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : null;
}

/** The name of the decorator when the node is one; otherwise null. */
export function decoratorName(node: ts.Node): string | null {
  if (!ts.isDecorator(node)) return null;
  return nameParts(node.expression).at(-1) ?? null;
}
