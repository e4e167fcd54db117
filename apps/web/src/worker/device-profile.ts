import { StoreDamaged, type LocalStore } from '@enlace/client';
import { REGIONAL_AUTHORITY, STATES } from '@enlace/contracts';
import { parseStrictJson, parseUtf8 } from '@enlace/kernel';

import { z } from '../protocol/messages.js';
import type { Stage } from '../protocol/operations.js';

const TABLE = 'device';
const KEY = 'profile';

const profile = z.strictObject({
  v: z.literal(1),
  state: z.enum([...STATES, REGIONAL_AUTHORITY]),
  step: z.enum(['made', 'claimed', 'enrolled']),
});

/** Who this browser is, and how far its ceremony has come. */
type DeviceProfile = z.infer<typeof profile>;

/** Null where no ceremony was begun. Throws `store.damaged`. */
async function loadProfile(store: LocalStore): Promise<DeviceProfile | null> {
  const bytes = await store.get(TABLE, KEY);
  if (bytes === null) return null;
  const read = profile.safeParse(parseStrictJson(parseUtf8(bytes)));
  if (!read.success) throw new StoreDamaged('not a profile');
  return read.data;
}

export async function stageOf(store: LocalStore): Promise<Stage> {
  const known = await loadProfile(store);
  if (known === null) return 'empty';
  return known.step === 'enrolled' ? 'enrolled' : 'enrolling';
}
