import type { PolicyTerms } from '@enlace/trust';

/** Whether a State lets its people use a passkey like this one: in one device alone unless it says otherwise. */
export function isPasskeyAllowed(
  { aaguids, allowSyncedPasskeys }: PolicyTerms,
  { aaguid, isSynced }: { readonly aaguid: string; readonly isSynced: boolean },
): boolean {
  const isOfModel = aaguids.length === 0 || aaguids.includes(aaguid);
  return isOfModel && (allowSyncedPasskeys || !isSynced);
}
