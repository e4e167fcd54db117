import { parseBase64, toBase64Url } from '@enlace/kernel';
import { REGIONAL_AUTHORITY, type StateCode } from '@enlace/contracts';

import type { BodyOf, Office, RegistrarCert, StatePolicy } from '../statements/statement.js';
import { currentOf, type Directory } from './directory.js';
import { authorityOf, withAuthority } from './root-rules.js';
import {
  assertTerm,
  refuseUnless,
  signedByRoot,
  signedByTwoRegistrars,
  withHome,
  withKey,
  type Rule,
} from './rule.js';
import { verifySigners } from './signers.js';
import { officeStands, personStands } from './standing.js';

const REGISTRAR_TERM_DAYS = 366;
/** A tree of offices deeper than this is a mistake or a cycle. */
const OFFICE_DEPTH_LIMIT = 16;

export type PolicyTerms = Omit<StatePolicy, 'type' | 'v' | 'state' | 'issuedAt' | 'serial'>;

/** What holds until a State signs a policy, and while its policy is forked: the strictest. */
export const DEFAULT_POLICY: PolicyTerms = {
  allowCliDevices: false,
  allowSyncedPasskeys: false,
  aaguids: [],
  sensitiveRoleDelayHours: 24,
  newDeviceNeedsRegistrar: false,
  maxDevices: 4,
  minVaultWraps: 2,
  escrow: 'none',
  auditRetentionDays: 1_096,
  alertThresholds: {},
};

export function policyOf(directory: Directory, state: StateCode): PolicyTerms {
  const policy = currentOf(directory, { type: 'state-policy', state, subject: '' });
  return policy?.statement.body ?? DEFAULT_POLICY;
}

/** Statements for which the signature of the root is the whole rule. */
export const rootAloneRule: Rule<BodyOf<'state-policy' | 'witness-key'>> = (candidate) => ({
  signers: signedByRoot(candidate),
  directory: candidate.directory,
});

export const registrarCertRule: Rule<RegistrarCert> = (candidate) => {
  const { directory, statement } = candidate;
  const { body } = statement;
  assertTerm(body, REGISTRAR_TERM_DAYS);
  const signers = signedByRoot(candidate);
  const person = currentOf(directory, {
    type: 'person-cert',
    state: body.state,
    subject: body.registrarId,
  });
  const isOther = person !== null && !person.statement.body.roles.includes('registrar');
  refuseUnless(!isOther || !personStands(directory, person), 'role-mixture');
  const { registrars } = authorityOf(directory, body.state);
  const homed = withHome(directory, `registrar|${body.registrarId}`, body.state);
  const keyed = withKey(homed, `registrar|${body.registrarId}`, body.key);
  return {
    signers,
    directory: registrars.includes(body.registrarId)
      ? keyed
      : withAuthority(keyed, body.state, { registrars: [...registrars, body.registrarId] }),
  };
};

export const officeRule: Rule<Office> = (candidate) => {
  const { directory, statement } = candidate;
  const { body } = statement;
  const signers = signedByTwoRegistrars(candidate);
  const isLiaison = body.kind === 'liaison';
  refuseUnless(isLiaison === body.regions.length > 0, 'office-regions');
  refuseUnless(
    body.regions.every((region) => region.startsWith(`${body.state}-`)),
    'other-state',
  );
  const parent = body.parent === null ? null : officeAt(directory, body.state, body.parent);
  refuseUnless(body.parent === null || parent !== null, 'office-parent');
  if (isLiaison) {
    refuseUnless(parent?.kind === 'specialised' || parent?.kind === 'liaison', 'office-parent');
  }
  refuseUnless(!isBelow(directory, parent, body.officeId), 'office-cycle');
  return { signers, directory: withHome(directory, `office|${body.officeId}`, body.state) };
};

/** An office of the State that is open and not revoked, or null. */
export function officeAt(directory: Directory, state: StateCode, officeId: string): Office | null {
  const office = currentOf(directory, { type: 'office', state, subject: officeId });
  return office && officeStands(directory, office) ? office.statement.body : null;
}

/**
 * The platform's own keys. The directory log's is the one of the trust store and vouches for the others, so that no
 * ceremony of States is needed each year; an origin keeps its first key for ever.
 */
export const logKeyRule: Rule<BodyOf<'log-key'>> = ({ directory, statement }) => {
  const { body } = statement;
  const { origin, vkey } = directory.trustStore.directory;
  refuseUnless(body.state === REGIONAL_AUTHORITY && body.serial === 1, 'log-key-serial');
  const isDirectory = body.use === 'directory';
  refuseUnless(isDirectory === (body.origin === origin), 'log-key-use');
  refuseUnless(!isDirectory || body.vkey === vkey, 'log-key-pinned');
  const key = noteKey(vkey);
  const signers = verifySigners(statement, [
    { kind: 'log', state: REGIONAL_AUTHORITY, id: '', key, generation: 0, serial: 0 },
  ]);
  return { signers, directory };
};

// Key text of a signed note: name, key hash, then a type byte and the 32 bytes of the key.
function noteKey(vkey: string): string {
  const bytes = parseBase64(vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1) + 1));
  refuseUnless(bytes.length === 33 && bytes[0] === 1, 'log-key-form');
  return toBase64Url(bytes.subarray(1));
}

function isBelow(directory: Directory, from: Office | null, officeId: string): boolean {
  let at = from;
  for (let depth = 0; at !== null; depth += 1) {
    if (at.officeId === officeId || depth === OFFICE_DEPTH_LIMIT) return true;
    at = at.parent === null ? null : officeAt(directory, at.state, at.parent);
  }
  return false;
}
