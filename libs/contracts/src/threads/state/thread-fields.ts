import { parseId, type DeviceId, type PersonId, type ThreadInvitationId } from '@enlace/kernel';
import { z } from 'zod';

import * as fields from '../../fields.js';
import { isSuiteName, type SuiteName } from '../commit/group-suites.js';

export const personId = fields.personId.transform((id) => parseId<PersonId>(id));
export const deviceId = fields.objectId.transform((id) => parseId<DeviceId>(id));
export const invitationId = fields.objectId.transform((id) => parseId<ThreadInvitationId>(id));

/** `steward` or `member` (protocol.md, section 4.1); the opener is a steward. */
export const threadRole = z.enum(['steward', 'member']);
export type ThreadRole = z.infer<typeof threadRole>;

export const suiteName = z
  .string()
  .max(64)
  .refine((name): name is SuiteName => isSuiteName(name));

/** An epoch, an incarnation, a sequence. */
export const ordinal = fields.count(0, Number.MAX_SAFE_INTEGER);

/** The public name of an epoch's key. */
export const keyId = fields.bytesOf(16);

/** A code that the host reads, of an instrument or a kind of case: no room for names of people. */
export const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/);
