import type { AuditExportFormat } from '@enlace/contracts';
import {
  canonicalJson,
  DomainError,
  formatInstant,
  sha256,
  toHex,
  utf8,
  type Clock,
  type JsonObject,
} from '@enlace/kernel';
import { parseCheckpoint, splitNote } from '@enlace/tlog';
import { currentOf, parseStatement, type Directory, type Seed } from '@enlace/trust';

import type { DirectoryReplica } from '../../directory/replica.js';
import type { Session } from '../../session/session.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import { assembleBundle, type BundleTask, type LogParts } from './assemble-bundle.js';
import type { AuditExports } from './audit-exports.js';
import { believedPolicy } from './believed-policy.js';
import { README_TEXTS } from './bundle-readme.js';

/** How long what was exported says that it should be kept; as long as the section `where` of the record itself. */
const EXPORT_LIFE_MS = 366 * 86_400_000;
/** Witnesses come by each minute; one that is late is not waited for longer. */
const PATIENCE = { times: 30, ms: 5_000 } as const;

/** Whoever exports is no auditor whose evidence counts: neither of a State nor of the region. */
class ScopeMissing extends DomainError {
  override readonly code = 'audit.no-scope';
  override readonly kind = 'forbidden';
}

/** With what the device of an auditor makes a file of what a server exports. */
export interface ExportGrounds {
  readonly session: Pick<Session, 'request'>;
  /** In step with the server; asked for a bundle only. */
  readonly replica: () => Promise<Pick<DirectoryReplica, 'directory' | 'entries'>>;
  readonly device: { readonly deviceCert: string; readonly signSeed: Seed };
  readonly logs: {
    /** The newest checkpoint that the server calls witnessed; null where it has none. */
    witnessed(origin: string): Promise<Uint8Array | null>;
    readonly readTile: LogParts['readTile'];
  };
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
}

/** Which export is taken, and what it says of itself. */
export interface ExportTask extends Pick<BundleTask, 'timestamp'> {
  readonly exportId: string;
  readonly format: AuditExportFormat;
  readonly filter: JsonObject;
}

export interface TakenExport {
  readonly file: Uint8Array;
  /** What stands beside a file that has no manifest; null for a bundle, which has one. */
  readonly about: string | null;
  readonly rows: number;
}

/**
 * Downloads an export and makes the file of it: a bundle is proven, and signed with the device, every other format is
 * what the server sent. Throws the refusal of the server, as `assembleBundle`, and `audit.no-scope`.
 */
export async function takeExport(
  grounds: ExportGrounds,
  exports: Pick<AuditExports, 'content'>,
  task: ExportTask,
): Promise<TakenExport> {
  const content = await exports.content(task.exportId);
  const { format } = task;
  const rows = content.split('\n').length - 1 - (format === 'csv' ? 1 : 0);
  if (format === 'bundle') {
    return { file: await makeBundle(grounds, content, task), about: null, rows };
  }
  const file = utf8(content);
  return { file, about: aboutExport(grounds, task, file), rows };
}

async function makeBundle(
  { session, replica: openReplica, device, logs, clock, pause }: ExportGrounds,
  lines: string,
  { filter, timestamp }: ExportTask,
): Promise<Uint8Array> {
  const replica = await openReplica();
  const { directory } = replica;
  const madeBy = makerOf(device);
  const kind = scopeOf(directory, madeBy);
  const nowMs = clock.nowMs();
  const believed = await believedPolicy(directory, session);
  const witnessed: LogParts['witnessed'] = async (origin, size) =>
    witnessedUpTo(size, async () => logs.witnessed(origin), pause);
  return assembleBundle(clientTlogCrypto, {
    lines,
    replica,
    logs: { witnessed, readTile: logs.readTile },
    timestamp,
    policy: utf8(believed.text),
    judgedBy: believed.policy,
    head: {
      madeAt: formatInstant(nowMs),
      madeBy,
      scope: { kind, state: madeBy.state, caseId: null, filter: canonicalJson(filter) },
      expiresAt: formatInstant(nowMs + EXPORT_LIFE_MS),
    },
    sideFiles: README_TEXTS.map(({ name, text }) => ({ name, bytes: utf8(text) })),
    signer: { deviceId: madeBy.deviceId, seed: device.signSeed },
  });
}

/** The newest witnessed checkpoint, of this size at least when witnesses come by in time. */
async function witnessedUpTo(
  size: number,
  newest: () => Promise<Uint8Array | null>,
  pause: ExportGrounds['pause'],
): Promise<Uint8Array | null> {
  for (let times = 1; ; times += 1) {
    const note = await newest();
    const reached = note === null ? 0 : parseCheckpoint(splitNote(note).text).size;
    if (reached >= size || times === PATIENCE.times) return note;
    await pause(PATIENCE.ms);
  }
}

/**
 * What stands beside an exported file that has no manifest: whose it is, what was asked for, and until when it should
 * be kept. It holds the salts of people's data, and nobody erases a file but whoever has it.
 */
function aboutExport(
  { device, clock }: ExportGrounds,
  { exportId, format, filter }: ExportTask,
  file: Uint8Array,
): string {
  const nowMs = clock.nowMs();
  const about = {
    v: 1,
    exportId,
    format,
    sha256: toHex(sha256(file)),
    madeBy: { ...makerOf(device) },
    madeAt: formatInstant(nowMs),
    filter: { ...filter },
    expiresAt: formatInstant(nowMs + EXPORT_LIFE_MS),
  };
  return `${canonicalJson(about)}\n`;
}

type Maker = BundleTask['head']['madeBy'];

function makerOf({ deviceCert }: ExportGrounds['device']): Maker {
  const { body } = parseStatement(deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  const { personId, deviceId, state } = body;
  return { personId, deviceId, state };
}

function scopeOf(directory: Directory, { personId, state }: Maker): 'national' | 'regional' {
  const person = currentOf(directory, { type: 'person-cert', state, subject: personId });
  const kind = person?.statement.body.auditScope ?? null;
  if (kind === 'national' || kind === 'regional') return kind;
  throw new ScopeMissing('neither a national nor a regional auditor');
}
