import { z } from 'zod';

import type { Branded } from '@enlace/kernel';
import type { StateCode } from '@enlace/contracts';

import { memberStates, type Directory, type SignerKey } from './fold/directory.js';
import { registrarKeys, rootKeys, verifyObjectSigners } from './fold/signers.js';
import { SIGNING_LABELS, type SigningLabel } from './labels.js';
import { parseSignedObject, type SignedObject } from './signed-object.js';
import { bytesOf, instant, text } from './statements/fields.js';
import { StatementRefused } from './trust-error.js';

const HOUR_MS = 3_600_000;
/** States that must agree on a break-glass act; all of them where there are fewer. */
const BREAK_GLASS_STATES = 3;

/**
 * Who of a State's root and registrars signed an object that is no statement: an invitation, its approval. Throws
 * `statement.refused` when any signature is of somebody else. The caller says how many it needs.
 */
export function verifyStateSigners(
  directory: Directory,
  object: SignedObject,
  asked: { readonly label: SigningLabel; readonly state: StateCode; readonly atMs: number },
): readonly SignerKey[] {
  return verifyObjectSigners(object, asked.label, stateKeys(directory, asked.state, asked.atMs));
}

const breakGlass = z.strictObject({
  action: z.enum(['suspend-state', 'restore-state', 'leave-recovery', 'name-branch']),
  target: text(512),
  nonce: bytesOf(16),
  reason: text(1_024),
  effectiveAfter: instant,
  expiresAt: instant,
});

interface BreakGlassFacts extends z.infer<typeof breakGlass> {
  readonly states: readonly StateCode[];
}

/** An act for availability that enough States signed; target, waiting time and expiry are inside what they signed. */
export type BreakGlass = Branded<BreakGlassFacts & object, 'BreakGlass'>;

/** Reads a break-glass act. A State signs by its root or by two registrars. Throws `statement.refused`. */
export function verifyBreakGlass(directory: Directory, wire: string, nowMs: number): BreakGlass {
  const object = parseSignedObject(wire);
  const parsed = breakGlass.safeParse(object.body);
  if (!parsed.success) throw new StatementRefused('break-glass-members');
  const lastsMs = Date.parse(parsed.data.expiresAt) - nowMs;
  if (lastsMs <= 0 || lastsMs > HOUR_MS) throw new StatementRefused('break-glass-expiry');
  const members = memberStates(directory);
  const keys = members.flatMap((state) => stateKeys(directory, state, nowMs));
  const signers = verifyObjectSigners(object, SIGNING_LABELS.breakGlass, keys);
  const states = members.filter((state) =>
    hasSpoken(signers.filter((each) => each.state === state)),
  );
  if (states.length < Math.min(BREAK_GLASS_STATES, members.length)) {
    throw new StatementRefused('break-glass-states');
  }
  const facts: BreakGlassFacts = { ...parsed.data, states };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after every check
  return facts as BreakGlass;
}

function hasSpoken(signers: readonly SignerKey[]): boolean {
  const isRoot = signers.some(({ kind }) => kind === 'root');
  return isRoot || signers.filter(({ kind }) => kind === 'registrar').length >= 2;
}

function stateKeys(directory: Directory, state: StateCode, atMs: number): SignerKey[] {
  return [...rootKeys(directory, state, atMs), ...registrarKeys(directory, state, atMs)];
}
