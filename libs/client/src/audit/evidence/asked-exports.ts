import { AUDIT_EXPORT_FORMATS, type AuditExport } from '@enlace/contracts';
import { canonicalJson, isJsonObject, parseStrictJson, parseUtf8, utf8 } from '@enlace/kernel';

import type { LocalStore } from '../../store/local-store.js';
import type { WantedExport } from './audit-exports.js';

const TABLE = 'audit-exports';

/** An export that this device asked for: what its device signs, also when a second auditor agrees much later. */
export type AskedExport = WantedExport & Pick<AuditExport, 'exportId' | 'rows' | 'expiresAt'>;

export async function keepAsked(store: LocalStore, asked: AskedExport): Promise<void> {
  const { exportId, ...kept } = asked;
  await store.put(TABLE, exportId, utf8(canonicalJson({ ...kept })));
}

/** Null for one that this device did not ask for, or of which it kept too little. */
export async function findAsked(store: LocalStore, exportId: string): Promise<AskedExport | null> {
  const bytes = await store.get(TABLE, exportId);
  const kept = bytes === null ? null : parseStrictJson(parseUtf8(bytes));
  const { filter = null, rows, expiresAt, ...more } = isJsonObject(kept) ? kept : {};
  const format = AUDIT_EXPORT_FORMATS.find((each) => each === more['format']);
  const isWhole = typeof rows === 'number' && typeof expiresAt === 'string' && isJsonObject(filter);
  return isWhole && format !== undefined ? { exportId, format, filter, rows, expiresAt } : null;
}

/** Those that can still be downloaded, the newest first; what is over is forgotten. */
export async function listAsked(store: LocalStore, nowMs: number): Promise<readonly AskedExport[]> {
  const open: AskedExport[] = [];
  for (const exportId of await store.keys(TABLE)) {
    const asked = await findAsked(store, exportId);
    if (asked !== null && Date.parse(asked.expiresAt) > nowMs) open.push(asked);
    else await store.delete(TABLE, exportId);
  }
  return open.toSorted((a, b) => (a.expiresAt < b.expiresAt ? 1 : -1));
}
