import { utf8 } from '@enlace/kernel';
import { isQuorum, openCheckpoint, parsePolicy, parseVkey, type TreeHead } from '@enlace/tlog';
import { witnessTime, type TrustStore } from '@enlace/trust';

import { clientTlogCrypto } from '../tlog-crypto.js';

/** A checkpoint that the directory's log signed. */
export interface DirectoryCheckpoint extends TreeHead {
  /** Lower median of the times at which witnesses of the policy cosigned; null while they are too few. */
  readonly witnessTimeMs: number | null;
}

/**
 * Opens a checkpoint with the keys of the trust store alone. Throws what `openCheckpoint` and `parsePolicy` throw
 * (`tlog.*`). A policy that asks for no witness gives no time: nobody but the server says when it was public.
 */
export function openDirectoryCheckpoint(note: string, trustStore: TrustStore): DirectoryCheckpoint {
  const policy = parsePolicy(clientTlogCrypto, utf8(trustStore.policy));
  const { origin, vkey } = trustStore.directory;
  const { size, root, cosignatures } = openCheckpoint(clientTlogCrypto, utf8(note), {
    origin,
    logKeys: [parseVkey(clientTlogCrypto, vkey)],
    witnessKeys: policy.witnesses.map(({ key }) => key),
  });
  const made = policy.witnesses.flatMap(({ name, key }) => {
    const cosignature = cosignatures.find((each) => each.key === key);
    const timeSeconds = cosignature?.timeSeconds ?? null;
    return timeSeconds === null ? [] : [{ name, timeMs: timeSeconds * 1_000 }];
  });
  const meetsQuorum = isQuorum(policy, new Set(made.map(({ name }) => name)));
  return {
    size,
    root,
    witnessTimeMs: meetsQuorum ? witnessTime(made.map(({ timeMs }) => timeMs)) : null,
  };
}
