import type { AuditIntegrity, LogIntegrity, ManifestReach, WitnessAge } from '@enlace/contracts';
import { formatInstant, toBase64Url } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { Permissions } from '../../platform/access/permissions.js';
import { getSession } from '../../platform/access/acting-session.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { IntegrityRepository } from './integrity.repository.js';
import { EventReading } from '../reading/event-reading.repository.js';

/** Q12: is the log complete and untouched? What the server says of it; whoever asks checks it. */
@Injectable()
export class Integrity {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly reading: EventReading,
    private readonly repository: IntegrityRepository,
  ) {}

  /** Impersonal, hence for every session and no event. */
  async show(act: ActContext): Promise<AuditIntegrity> {
    return this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      this.permissions.assert(at, 'audit.integrity', {
        about: { type: 'log', id: 'logs', ownerState: state },
      });
      if (act.sidHash === null) throw new Refusal('session.ended');
      return this.reading.inSession(act.sidHash, async (tx) => {
        const cosignatures = await this.repository.findNewestCosignatures(tx);
        const logs = await this.repository.findLogs(tx);
        return {
          logs: logs.map(({ logId, ...log }) =>
            logOf(
              log,
              cosignatures.filter((each) => each.logId === logId),
            ),
          ),
          manifests: (await this.repository.findManifests(tx)).map(manifestOf),
          oversight: await this.repository.findOversight(tx),
        };
      });
    });
  }
}

type LogRow = Omit<Awaited<ReturnType<IntegrityRepository['findLogs']>>[number], 'logId'>;
type CosignatureRow = Awaited<ReturnType<IntegrityRepository['findNewestCosignatures']>>[number];
type ManifestRow = Awaited<ReturnType<IntegrityRepository['findManifests']>>[number];

function logOf(
  { origin, state, size, root, signedAt }: LogRow,
  cosignatures: readonly CosignatureRow[],
): LogIntegrity {
  return {
    origin,
    state,
    size: Number(size),
    root: root === null ? null : toBase64Url(root),
    signedAt: signedAt === null ? null : formatInstant(signedAt.getTime()),
    witnesses: cosignatures.map((each): WitnessAge => ({
      name: each.witness,
      size: Number(each.size),
      cosignedAt: formatInstant(Number(each.time) * 1_000),
    })),
  };
}

function manifestOf({ issuedAt, toIndex, ...row }: ManifestRow): ManifestReach {
  return { ...row, toIndex: Number(toIndex), issuedAt: formatInstant(issuedAt.getTime()) };
}
