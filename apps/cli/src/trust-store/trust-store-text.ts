import type { StateCode } from '@enlace/contracts';
import { canonicalJson, formatInstant, systemClock } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';

import type { LogKey } from '../server/server-message.js';

/** The key that a State's witness cosigns with. */
export interface WitnessOfState {
  readonly state: StateCode;
  readonly vkey: string;
}

/** What a trust store is made of. */
export interface TrustStoreParts {
  readonly deployment: string;
  readonly logs: readonly LogKey[];
  readonly policy: string;
  /** The statement by which each root presents itself. */
  readonly roots: readonly string[];
  readonly releases: { readonly threshold: number; readonly vkeys: readonly string[] } | null;
}

/**
 * The policy that clients ask for (C2SP tlog-policy): each log, each witness, and of the witnesses as many as admit a
 * State, `floor(3n/5) + 1` of n.
 */
export function policyText(logs: readonly LogKey[], witnesses: readonly WitnessOfState[]): string {
  const quorum = Math.floor((3 * witnesses.length) / 5) + 1;
  const lines = [
    ...logs.map(({ vkey }) => `log ${vkey}`),
    ...witnesses.map(({ state, vkey }) => `witness ${state} ${vkey}`),
    `group states ${quorum} ${witnesses.map(({ state }) => state).join(' ')}`,
    'quorum states',
  ];
  return `${lines.join('\n')}\n`;
}

/** `trust-store.json`. Throws `RangeError` without exactly one log of the directory, and `statement.refused`. */
export function trustStoreText(parts: TrustStoreParts): string {
  const { deployment, logs, policy, roots, releases } = parts;
  const named = (stream: string) =>
    logs.filter((log) => log.stream === stream).map(({ origin, vkey }) => ({ origin, vkey }));
  const [directory, second] = named('directory');
  if (directory === undefined || second !== undefined) {
    throw new RangeError('a deployment has one log of the directory');
  }
  return canonicalJson({
    v: 1,
    deployment,
    directory,
    audit: named('audit'),
    policy,
    roots: roots.map((wire) => {
      const { id, body } = parseStatement(wire);
      if (body.type !== 'state-root') throw new RangeError('not the statement of a root');
      return { state: body.state, rootKey: body.rootKey, stateRoot: id };
    }),
    ...(releases === null ? {} : { releases }),
    createdAt: formatInstant(systemClock.nowMs()),
  });
}
