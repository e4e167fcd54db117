import ts from 'typescript';

import { importedModule, literalText, nameParts } from '../code/static-rule.js';

const CRYPTO_PACKAGE =
  /^(?:libsodium|ts-mls(?:\/|$)|jose$|@simplewebauthn\/|@noble\/|@hpke\/|tweetnacl|node-forge|crypto-js|bcrypt|argon2)/u;
const SQL_CRYPTO =
  /\b(sha224|sha256|sha384|sha512|md5|digest|hmac|crypt|gen_random_bytes|pgp_\w+)\s*\(/iu;

/** The primitive that a node uses, by the name under which the inventory lists it; otherwise null. */
export function primitiveOf(node: ts.Node): string | null {
  return ofCall(node) ?? ofMember(node) ?? ofImport(node) ?? ofText(node);
}

/** `createHash('sha256')`, `crypto.subtle.digest('SHA-256', ...)`: the algorithm is part of the name. */
function ofCall(node: ts.Node): string | null {
  if (!ts.isCallExpression(node)) return null;
  const parts = nameParts(node.expression);
  const name = parts.at(-1) ?? '';
  const [first] = node.arguments;
  const algorithm = first === undefined ? null : literalText(first);
  if (/^create(?:Hash|Hmac|Sign|Verify)$/u.test(name))
    return `node:crypto ${name} ${algorithm ?? '?'}`;
  if (parts.at(-2) === 'subtle') return ['webcrypto', name, algorithm ?? '?'].join(' ');
  return null;
}

/** `sodium.crypto_sign_detached`, without its constants; `crypto.getRandomValues`; passkeys. */
function ofMember(node: ts.Node): string | null {
  if (!ts.isPropertyAccessExpression(node)) return null;
  const name = node.name.text;
  if (/^crypto_[a-z]/u.test(name)) return /_[A-Z]/u.test(name) ? null : `libsodium ${name}`;
  if (name === 'getRandomValues' || name === 'randomUUID') return `webcrypto ${name}`;
  return nameParts(node).join('.').endsWith('navigator.credentials') ? 'webauthn' : null;
}

/** What is imported from a package of primitives, or from Node's; hashes are named where they are made. */
function ofImport(node: ts.Node): string | null {
  if (ts.isImportSpecifier(node)) {
    const module = importedModule(node.parent.parent.parent) ?? '';
    const name = (node.propertyName ?? node.name).text;
    const isType =
      node.isTypeOnly || node.parent.parent.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (!/^(?:node:)?crypto$/u.test(module) || isType) return null;
    return /^create(?:Hash|Hmac|Sign|Verify)$/u.test(name) ? null : `node:crypto ${name}`;
  }
  const module = importedModule(node);
  return module !== null && CRYPTO_PACKAGE.test(module) ? `package ${module}` : null;
}

/** Primitives that other programs run for us: password authentication and functions of PostgreSQL. */
function ofText(node: ts.Node): string | null {
  const text = literalText(node);
  if (text === null) return null;
  if (text.includes('scram-sha-256')) return 'postgresql scram-sha-256';
  const [, name] = SQL_CRYPTO.exec(text) ?? [];
  return name !== undefined && /\b(?:select|insert|update|create|check|default)\b/iu.test(text)
    ? `postgresql ${name.toLowerCase()}`
    : null;
}
