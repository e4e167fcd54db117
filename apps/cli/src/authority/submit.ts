import {
  carryWhileFounding,
  handInRegistrarRevocation,
  HttpTransport,
  submitStatement,
  type Carrier,
} from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { cryptoReady, parseSignedObject, parseStatement, type Directory } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { malformed, readInputFile, refusing } from '../files/input-file.js';
import { withRegistrar } from '../person/speaking.js';
import { handInRelease, isRelease } from '../release/hand-in.js';

const DONE: Text = {
  es: 'Entregado: {statement} ({type}).',
  en: 'Handed in: {statement} ({type}).',
};

/**
 * `enlace authority submit`: brings a statement that was signed offline to the server. The one verb of an authority
 * that needs a network: run it elsewhere than where the root is. A release of the web client goes the same way, in the
 * session of a platform operator.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const path = requireText(options, 'in');
  const wire = readInputFile(path);
  if (isRelease(wire)) return handInRelease(invocation, { path, note: `${wire}\n` });
  if (isBreakGlass(path, wire)) return handInBreakGlass(invocation, wire);
  const { type, id } = refusing(path, () => parseStatement(wire));
  const tell = (): number => {
    const told = { statement: id, type };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'submitted', ...told }) : fillText(DONE[language], told),
    );
    return EXIT.done;
  };
  if (options.has('founding')) {
    const server = requireText(options, 'server');
    const transport = refusing('--server', () => new HttpTransport(server));
    await submitStatement(carryWhileFounding(transport), wire);
    return tell();
  }
  return withRegistrar(invocation, async ({ registrar: { carry, directory } }) => {
    await handIn(carry, { path, wire, directory });
    return tell();
  });
}

function isBreakGlass(path: string, wire: string): boolean {
  return Object.hasOwn(refusing(path, () => parseSignedObject(wire)).body, 'nonce');
}

/** An act for availability that enough States signed; any registrar carries it in. */
async function handInBreakGlass(invocation: Invocation, wire: string): Promise<number> {
  const { terminal, json, language } = invocation;
  const { nonce, action } = parseSignedObject(wire).body;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const told = { statement: text(nonce), type: text(action) };
  return withRegistrar(invocation, async ({ registrar: { carry } }) => {
    await carry({
      path: ROUTES.breakGlass,
      foundingPath: null,
      action: 'breakglass.invoke',
      objectId: told.statement,
      body: { wire },
    });
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'submitted', ...told }) : fillText(DONE[language], told),
    );
    return EXIT.done;
  });
}

async function handIn(
  carry: Carrier,
  given: { readonly path: string; readonly wire: string; readonly directory: Directory },
): Promise<void> {
  const { path, wire, directory } = given;
  const { body } = parseStatement(wire);
  if (body.type !== 'revocation') return submitStatement(carry, wire);
  const target = directory.statements.get(body.target)?.statement.body;
  if (target?.type !== 'registrar-cert') throw malformed(path, 'not-a-registrar');
  return handInRegistrarRevocation({ carry }, target.registrarId, wire);
}
