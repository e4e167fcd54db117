import { TAKING_PART, type State } from '@enlace/contracts';
import { isDomainError } from '@enlace/kernel';
import {
  currentOf,
  publicSince,
  slotOf,
  verifyPerson,
  whileNewest,
  type Accepted,
  type BodyOf,
  type Directory,
  type Moment,
  type VerifiedPerson,
} from '@enlace/trust';

/** How far the clocks of registrars and of the server may be apart. */
const CLOCKS_APART_MS = 5 * 60_000;

/** No serial is revoked. */
const STANDING = { through: 0, suspectFrom: null, suspectThrough: 0 } as const;

/** In what State somebody was certified, for as long as that may have been the newest word on the person. */
export interface CertifiedThen {
  readonly state: State;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whether somebody may be in threads. */
export function takesPart({ roles }: VerifiedPerson): boolean {
  return roles.some((role) => TAKING_PART.has(role));
}

/** Whether somebody audits a whole State. */
export function isNationalAuditor({ roles, auditScope }: VerifiedPerson): boolean {
  return roles.includes('auditor') && auditScope === 'national';
}

/** The State in which somebody was certified at a moment. */
export function stateAt(certified: readonly CertifiedThen[], atMs: number): State | null {
  const then = certified.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs);
  return then?.state ?? null;
}

/** As what somebody is asked for. */
interface AskedAs {
  readonly nowMs: number;
  readonly counts: (person: VerifiedPerson) => boolean;
}

/**
 * When a person was certified as somebody who counts. A certificate counts from its making on; it ends when witnesses
 * have shown the next one, because until then a server in good faith may not have had it. Revocations are asked apart.
 */
export function certifiedAs(
  directory: Directory,
  personId: string,
  asked: AskedAs,
): readonly CertifiedThen[] {
  const state = directory.homes.get(`person|${personId}`);
  if (state === undefined || state === 'XR') return [];
  const key = { type: 'person-cert', state, subject: personId } as const;
  const standing = unrevoked(directory, [`person|${personId}`]);
  const { accepted } = slotOf(directory, key);
  return accepted.flatMap((_, at) => {
    const then = whileNewest(standing, key, at + 1);
    const cert = currentOf(then, key);
    if (cert === null || !isCounted(then, cert, asked)) return [];
    const next = accepted[at + 1];
    return {
      state,
      // Before the first one nobody had said anything of the person.
      fromMs: at === 0 ? 0 : Date.parse(cert.statement.body.issuedAt) - CLOCKS_APART_MS,
      untilMs: next === undefined ? Infinity : (publicSince(directory, next.index) ?? Infinity),
    };
  });
}

function isCounted(
  then: Directory,
  { statement: { body } }: Accepted<BodyOf<'person-cert'>>,
  { nowMs, counts }: AskedAs,
): boolean {
  const { directory, at } = withinTerm(then, nowMs, Date.parse(body.notAfter));
  try {
    return counts(verifyPerson(directory, body.personId, at));
  } catch (error) {
    if (isDomainError(error, 'chain.refused')) return false;
    throw error;
  }
}

/**
 * The directory as it was for a device: with the certificate of its person that stood beside the device's own, under
 * the identity key that signed that. `end` is the one that brought another key, and with it ended every device that was
 * not certified anew.
 */
export function underItsKey(
  directory: Directory,
  { signers, statement: { body } }: Accepted<BodyOf<'device-cert'>>,
  nowMs: number,
): {
  readonly asThen: Directory;
  readonly notAfterMs: number;
  readonly end: Accepted<BodyOf<'person-cert'>> | null;
} {
  const { state, personId } = body;
  const key = { type: 'person-cert', state, subject: personId } as const;
  const certs = slotOf(directory, key).accepted.flatMap((_, at) => {
    const cert = currentOf(whileNewest(directory, key, at + 1), key);
    return cert === null ? [] : [cert];
  });
  const own = signers.find(({ kind }) => kind === 'identity')?.key;
  const under = certs.filter(({ statement }) => statement.body.identityKey === own);
  const askedMs = Math.min(nowMs, Date.parse(body.notAfter) - 1);
  const beside =
    under.findLast(({ statement }) => Date.parse(statement.body.notBefore) <= askedMs) ??
    under.at(-1);
  if (beside === undefined)
    return { asThen: directory, notAfterMs: Date.parse(body.notAfter), end: null };
  const lastSerial = under.at(-1)?.statement.body.serial ?? 0;
  return {
    asThen: whileNewest(directory, key, beside.statement.body.serial),
    notAfterMs: Math.min(Date.parse(body.notAfter), Date.parse(beside.statement.body.notAfter)),
    end: certs.find(({ statement }) => statement.body.serial > lastSerial) ?? null,
  };
}

/** The directory as it is, asked of before a term ended: every other span is as long as it is now. */
export function withinTerm(
  directory: Directory,
  nowMs: number,
  notAfterMs: number,
): { readonly directory: Directory; readonly at: Moment } {
  const backMs = Math.max(0, nowMs - (notAfterMs - 1));
  const quorum = directory.quorum.map(({ size, witnessTimeMs }) => ({
    size,
    witnessTimeMs: witnessTimeMs - backMs,
  }));
  return { directory: { ...directory, quorum }, at: { nowMs: nowMs - backMs } };
}

/** The same directory before these subjects were revoked; what took down their registrars still does. */
export function unrevoked(directory: Directory, subjects: readonly string[]): Directory {
  const revocations = subjects.reduce(
    (table, subject) => table.with(subject, STANDING),
    directory.revocations,
  );
  return { ...directory, revocations };
}
