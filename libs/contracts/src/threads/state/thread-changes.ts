import { canonicalJson, concatBytes, sha256, utf8 } from '@enlace/kernel';
import { z } from 'zod';

import { instant, listOf, objectId } from '../../fields.js';
import { THREAD_LIMITS } from '../thread-limits.js';
import { deviceId, invitationId, personId, threadRole } from './thread-fields.js';
import { threadPolicy } from './thread-policy.js';
import { parseId, type DeviceId } from '@enlace/kernel';

const LABEL = utf8('enlace/changes/v1\0');

/** Why somebody, or a device of somebody, goes. */
const REMOVAL_CAUSES = ['left', 'removed', 'revoked', 'stale'] as const;

/** What a commit may change besides keys (protocol.md, section 4.1). */
const threadChange = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('invite'),
    invitationId,
    personId,
    role: threadRole,
    expiresAt: instant,
  }),
  z.strictObject({ op: z.literal('withdraw'), invitationId }),
  z.strictObject({ op: z.literal('lapse'), invitationId }),
  z.strictObject({ op: z.literal('join'), invitationId, deviceId }),
  z.strictObject({ op: z.literal('device'), deviceId }),
  z.strictObject({
    op: z.literal('remove'),
    /** Whose membership ends; `null` where devices go and the person stays. */
    personId: personId.nullable(),
    deviceIds: listOf(objectId, 0, THREAD_LIMITS.removalsPerCommit).transform(
      (ids): readonly DeviceId[] => ids.map((id) => parseId<DeviceId>(id)),
    ),
    cause: z.enum(REMOVAL_CAUSES),
  }),
  z.strictObject({ op: z.literal('role'), personId, role: threadRole }),
  z.strictObject({ op: z.literal('policy'), policy: threadPolicy }),
]);

export const threadChanges = z.array(threadChange).max(THREAD_LIMITS.changesPerCommit);

export type ThreadChange = Readonly<z.infer<typeof threadChange>>;
export type ThreadOp = ThreadChange['op'];
export type ChangeOf<Op extends ThreadOp> = Extract<ThreadChange, { readonly op: Op }>;

/** What the commit that makes these changes is bound to. */
export function changesHash(changes: readonly ThreadChange[]): Uint8Array<ArrayBuffer> {
  return sha256(concatBytes(LABEL, utf8(canonicalJson(changes))));
}
