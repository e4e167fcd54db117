import {
  canonicalJson,
  formatInstant,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  sha256,
  systemClock,
  toHex,
  utf8,
  type JsonObject,
} from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { EnrolledHome } from '../home/enrolled-home.js';

/** How long what was exported says that it should be kept; as long as the section `where` of the record itself. */
export const EXPORT_LIFE_MS = 366 * 86_400_000;

/** Table of the home: what exports were asked for. */
const TABLE = 'audit-exports';

interface Asked {
  readonly exportId: string;
  readonly format: string;
}

/** What was asked for stays in the home: it is what the device signs when a second auditor has agreed. */
export async function keepAsked(
  { store }: EnrolledHome,
  { exportId, format }: Asked,
  filter: JsonObject,
): Promise<void> {
  await store.put(TABLE, exportId, utf8(canonicalJson({ format, filter })));
}

/**
 * The filter of an export that was asked for before; of one that this home did not ask for, its name is all that can be
 * said. Throws `usage.bad-value` for another format than it was asked for in.
 */
export async function findAsked(
  { store }: EnrolledHome,
  { exportId, format }: Asked,
): Promise<JsonObject> {
  const bytes = await store.get(TABLE, exportId);
  const kept = bytes === null ? null : parseStrictJson(parseUtf8(bytes));
  if (!isJsonObject(kept)) return { export: exportId };
  const { format: expected, filter } = kept;
  if (typeof expected === 'string' && expected !== format) {
    throw new CliError('usage.bad-value', { option: '--format', value: format, expected });
  }
  return filter !== undefined && isJsonObject(filter) ? filter : { export: exportId };
}

/**
 * What stands beside an exported file that has no manifest: whose it is, what was asked for, and until when it should
 * be kept. It holds the salts of people's data, and nobody erases a file but whoever has it.
 */
export function aboutExport(
  { profile }: EnrolledHome,
  { exportId, format, filter, file }: Asked & { filter: JsonObject; file: Uint8Array },
): string {
  const { body } = parseStatement(profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  const { personId, deviceId, state } = body;
  const nowMs = systemClock.nowMs();
  const about = {
    v: 1,
    exportId,
    format,
    sha256: toHex(sha256(file)),
    madeBy: { personId, deviceId, state },
    madeAt: formatInstant(nowMs),
    filter: { ...filter },
    expiresAt: formatInstant(nowMs + EXPORT_LIFE_MS),
  };
  return `${canonicalJson(about)}\n`;
}
