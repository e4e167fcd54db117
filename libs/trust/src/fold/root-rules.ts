import type { StateCode } from '@enlace/contracts';

import type { BodyOf, Statement, StateRoot } from '../statements/statement.js';
import { StatementRefused } from '../trust-error.js';
import {
  type Authority,
  type Directory,
  type RootGeneration,
  type SignerKey,
} from './directory.js';
import { assertTerm, ownKey, refuseUnless, signedByQuorum, withKey, type Rule } from './rule.js';
import { issuedMs, rootKeys, verifySigners } from './signers.js';

const ROOT_TERM_DAYS = 1_827;
const HOUR_MS = 3_600_000;

/** A root presents itself. It counts when the trust store names it, else only after a quorum admitted it. */
export const stateRootRule: Rule<StateRoot> = ({ directory, statement, index }) => {
  const { body, id } = statement;
  assertTerm(body, ROOT_TERM_DAYS);
  const signers = verifySigners(statement, [ownKey(body.state, body.rootKey)]);
  const pinned = directory.trustStore.roots.find(({ state }) => state === body.state);
  const isPinned = pinned?.stateRoot === id && pinned.rootKey === body.rootKey;
  const known = directory.authorities.get(body.state);
  refuseUnless(known === undefined || known.isRemoved, 'root-exists');
  if (isPinned && known === undefined) {
    return { signers, directory: admit(directory, { statement, index, admittedBy: null }) };
  }
  refuseUnless(pinned === undefined || known !== undefined, 'not-the-pinned-root');
  return {
    signers,
    directory: { ...directory, candidates: directory.candidates.with(id, statement) },
  };
};

/** A quorum of the admitted States takes a new one in. */
export const stateAdmissionRule: Rule<BodyOf<'state-admission'>> = (candidate) => {
  const { directory, statement, index } = candidate;
  const { state, admitted } = statement.body;
  const signers = signedByQuorum(candidate, state);
  const known = directory.authorities.get(state);
  // A later trust store may name the root already: the admission then says nothing new.
  if (known && !known.isRemoved) {
    refuseUnless(known.root.id === admitted, 'root-exists');
    return { signers, directory };
  }
  const root = directory.candidates.get(admitted);
  refuseUnless(root !== undefined && root.body.state === state, 'no-such-root');
  const admittedBy = signers.map(({ state: signer }) => signer);
  return { signers, directory: admit(directory, { statement: root, index, admittedBy }) };
};

export const stateRemovalRule: Rule<BodyOf<'state-removal'>> = (candidate) => {
  const { directory, statement } = candidate;
  const { state, removed } = statement.body;
  refuseUnless(state === removed, 'other-state');
  const signers = signedByQuorum(candidate, removed);
  return { signers, directory: withAuthority(directory, removed, { isRemoved: true }) };
};

/** Old and new root agree. The wait gives the State time to notice a thief. */
export const rootRotationRule: Rule<BodyOf<'root-rotation'>> = ({
  directory,
  statement,
  index,
}) => {
  const { body } = statement;
  const [old] = rootKeys(directory, body.state, issuedMs(body));
  refuseUnless(old?.key === body.oldKey, 'old-key');
  const fromMs = issuedMs(body) + body.effectiveAfterHours * HOUR_MS;
  const term = { ...body, notBefore: body.issuedAt };
  assertTerm(term, ROOT_TERM_DAYS);
  refuseUnless(fromMs < Date.parse(body.notAfter), 'term');
  const signers = verifySigners(statement, [old, ownKey(body.state, body.newKey)]);
  refuseUnless(signers.length === 2, 'both-roots');
  const authority = authorityOf(directory, body.state);
  const generations = [
    ...cancelFrom(authority.generations, old.generation + 1),
    {
      key: body.newKey,
      index,
      waitHours: body.effectiveAfterHours,
      fromMs,
      untilMs: Date.parse(body.notAfter),
      isCancelled: false,
    },
  ];
  const keyed = withKey(directory, `root|${body.state}`, body.newKey);
  return { signers, directory: withAuthority(keyed, body.state, { generations }) };
};

/** Other States stand for the new root of one whose root was lost or stolen; what the lost key began is cancelled. */
export const rootReplacementRule: Rule<BodyOf<'root-replacement'>> = (candidate) => {
  const { directory, statement, index } = candidate;
  const { body } = statement;
  assertTerm({ ...body, notBefore: body.issuedAt }, ROOT_TERM_DAYS);
  const authority = authorityOf(directory, body.state);
  const lost = authority.generations.findIndex(({ key }) => key === body.lostKey);
  refuseUnless(lost !== -1 && lost <= authority.active, 'lost-key');
  const signers = signedByQuorum(candidate, body.state, [ownKey(body.state, body.newKey)]);
  const generations = [
    ...cancelFrom(authority.generations, lost + 1),
    {
      key: body.newKey,
      index,
      waitHours: 0,
      fromMs: issuedMs(body),
      untilMs: Date.parse(body.notAfter),
      isCancelled: false,
    },
  ];
  const active = generations.length - 1;
  const keyed = withKey(directory, `root|${body.state}`, body.newKey);
  return { signers, directory: withAuthority(keyed, body.state, { generations, active }) };
};

/** The root that signed is in force from here on: an older one cannot speak again. */
export function activateRoot(directory: Directory, signers: readonly SignerKey[]): Directory {
  return signers
    .filter(({ kind }) => kind === 'root')
    .reduce((next, { state, generation }) => {
      const authority = next.authorities.get(state);
      const isNewer = authority !== undefined && generation > authority.active;
      return isNewer ? withAuthority(next, state, { active: generation }) : next;
    }, directory);
}

/** Cancels the pending rotation of a State: two different ones were signed with the same serial. */
export function cancelPending(directory: Directory, state: StateCode): Directory {
  const { generations, active } = authorityOf(directory, state);
  return withAuthority(directory, state, { generations: cancelFrom(generations, active + 1) });
}

export function withAuthority(
  directory: Directory,
  state: StateCode,
  change: Partial<Authority>,
): Directory {
  const authority = { ...authorityOf(directory, state), ...change };
  return { ...directory, authorities: new Map(directory.authorities).set(state, authority) };
}

/** The authority of a State that was admitted and not removed. Throws `statement.refused`. */
export function authorityOf(directory: Directory, state: StateCode): Authority {
  const authority = directory.authorities.get(state);
  if (authority === undefined || authority.isRemoved) throw new StatementRefused('state-unknown');
  return authority;
}

function cancelFrom(generations: readonly RootGeneration[], from: number): RootGeneration[] {
  return generations.map((generation, at) =>
    at < from ? generation : { ...generation, isCancelled: true },
  );
}

function admit(
  directory: Directory,
  root: {
    readonly statement: Statement<StateRoot>;
    readonly index: number;
    readonly admittedBy: readonly StateCode[] | null;
  },
): Directory {
  const { statement, index, admittedBy } = root;
  const { body } = statement;
  const keyed = withKey(directory, `root|${body.state}`, body.rootKey);
  // A State that comes back starts anew: what its roots and registrars signed before the removal does not revive.
  const former = directory.authorities.get(body.state);
  const generations = cancelFrom(former?.generations ?? [], 0);
  const authority: Authority = {
    state: body.state,
    root: statement,
    firstRootKey: former?.firstRootKey ?? body.rootKey,
    admittedBy,
    generations: [
      ...generations,
      {
        key: body.rootKey,
        index,
        waitHours: 0,
        fromMs: Date.parse(body.notBefore),
        untilMs: Date.parse(body.notAfter),
        isCancelled: false,
      },
    ],
    active: generations.length,
    isRemoved: false,
    registrars: [],
  };
  return { ...keyed, authorities: new Map(keyed.authorities).set(body.state, authority) };
}

/** True when the State is one that its own or the region's decisions let this client trust. */
export function isTrustedHere(directory: Directory, state: StateCode): boolean {
  const authority = directory.authorities.get(state);
  if (authority === undefined || authority.isRemoved) return false;
  const { viewpoint } = directory;
  return (
    authority.admittedBy === null || viewpoint === null || authority.admittedBy.includes(viewpoint)
  );
}
