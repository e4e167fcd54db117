import { setTimeout as pause } from 'node:timers/promises';
import { assembleBundle } from '@enlace/client';
import { canonicalJson, formatInstant, systemClock, utf8, type JsonObject } from '@enlace/kernel';
import { parseCheckpoint, splitNote } from '@enlace/tlog';
import { currentOf, parseStatement } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { Auditor } from '../audit/auditor.js';
import { askAuthority, type Authority } from '../timestamp/ask-authority.js';
import { EXPORT_LIFE_MS } from './asked-exports.js';
import { believedPolicy } from './believed-policy.js';
import { README_TEXTS } from './bundle-readme.js';

/** Witnesses come by each minute; one that is late is not waited for longer. */
const PATIENCE = { times: 30, ms: 5_000 } as const;

/** The bundle of what the server exported, signed with the device of this home. */
export async function makeBundle(
  home: EnrolledHome,
  auditor: Auditor,
  {
    lines,
    filter,
    authority,
  }: {
    readonly lines: string;
    readonly filter: JsonObject;
    /** Who stamps the checkpoints; null: nobody. */
    readonly authority: Authority | null;
  },
): Promise<Uint8Array> {
  const replica = await openDirectory(home);
  await syncDirectory(replica, auditor.plain);
  const { directory } = replica;
  const { body } = parseStatement(home.profile.deviceCert);
  if (body.type !== 'device-cert') throw new RangeError('not the certificate of a device');
  const { personId, deviceId, state } = body;
  const person = currentOf(directory, { type: 'person-cert', state, subject: personId });
  const kind = person?.statement.body.auditScope ?? null;
  if (kind !== 'national' && kind !== 'regional') throw new CliError('audit.no-scope');
  const nowMs = systemClock.nowMs();
  const believed = await believedPolicy(directory, auditor.plain);
  return assembleBundle(noteCrypto, {
    lines,
    replica,
    logs: {
      witnessed: (origin, size) => witnessedBy(auditor, origin, size),
      readTile: async (origin, tile) => (await auditor.log(origin)).readTile(tile),
    },
    timestamp:
      authority === null ? null : async (note) => (await askAuthority(authority, note)).answer,
    policy: utf8(believed.text),
    judgedBy: believed.policy,
    head: {
      madeAt: formatInstant(nowMs),
      madeBy: { personId, deviceId, state },
      scope: { kind, state, caseId: null, filter: canonicalJson(filter) },
      expiresAt: formatInstant(nowMs + EXPORT_LIFE_MS),
    },
    sideFiles: README_TEXTS.map(({ name, text }) => ({ name, bytes: utf8(text) })),
    signer: { deviceId, seed: home.profile.keys.signSeed },
  });
}

/** The newest witnessed checkpoint, of this size at least when witnesses come by in time. */
async function witnessedBy(
  auditor: Auditor,
  origin: string,
  size: number,
): Promise<Uint8Array | null> {
  const log = await auditor.log(origin);
  for (let times = 1; ; times += 1) {
    const note = await log.checkpoint('witnessed');
    const reached = note === null ? 0 : parseCheckpoint(splitNote(note).text).size;
    if (reached >= size || times === PATIENCE.times) return note;
    await pause(PATIENCE.ms);
  }
}
