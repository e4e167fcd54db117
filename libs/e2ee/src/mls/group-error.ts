import { DomainError, type ErrorFacts } from '@enlace/kernel';

/**
 * Why the group refused. The first nine are about what came from outside; the others say that the caller asked for
 * what the profile does not have.
 */
export type GroupErrorCode =
  /** Bytes that are no message, state or group information, or are written in another way than the one. */
  | 'group.malformed'
  /** A commit of a shape that the profile does not have (protocol.md, P4). */
  | 'group.shape'
  /** Another group, incarnation or epoch than the state's. */
  | 'group.place'
  /** The device that the entry names did not make it, or its leaf says something else. */
  | 'group.sender'
  /** What the commit is bound to is not what the entry says. */
  | 'group.context'
  /** A leaf that nobody vouches for, or no longer. */
  | 'group.credential'
  /** The devices after the commit are not the expected ones. */
  | 'group.roster'
  /** The key of the epoch is not the stated one, or did not change. */
  | 'group.epoch-key'
  /** Signature, tag, path or tree does not verify: the library refused. */
  | 'group.cryptography'
  | 'group.limit'
  /** A device that has a leaf joins without replacing it, or replaces a leaf that it has not. */
  | 'group.own-leaf'
  | 'group.own-removal'
  | 'group.already-exported';

/** The one error of this folder, whatever the library threw. `facts` hold indexes, numbers and names of rules. */
export class GroupError extends DomainError {
  override readonly kind = 'integrity';

  constructor(
    override readonly code: GroupErrorCode,
    message: string,
    options: { cause?: unknown; facts?: ErrorFacts } = {},
  ) {
    super(message, options);
  }
}

/** Runs what calls the library. It throws classes of its own, and `TypeError` for hostile input: all become one. */
export async function guarded<Result>(what: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof GroupError) throw cause;
    throw new GroupError('group.cryptography', `the group refuses: ${what}`, { cause });
  }
}
