import {
  REGIONAL_AUTHORITY,
  STATES,
  type ManifestEvent,
  type ManifestPage,
  type StateCode,
} from '@enlace/contracts';
import type { ManifestsQuery } from '@enlace/contracts/dto';
import { toBase64Url } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { ActContext } from '../../platform/access/act.js';
import { Acts } from '../../platform/access/acts.js';
import { Refusal } from '../../platform/problem/refusal.js';
import { AuditRecorder } from '../../platform/tlog/audit-recorder.js';
import { ReadingRights } from '../reading/reading-rights.js';
import { ManifestEvents, type ManifestEventRow } from './manifest-events.repository.js';

/** Everybody's acts are in the log. */
const EVERYBODY: readonly StateCode[] = [...STATES, REGIONAL_AUTHORITY];

/** The manifests of an auditor's State, and the acts that they are computed from. */
@Injectable()
export class ManifestReading {
  constructor(
    private readonly acts: Acts,
    private readonly audit: AuditRecorder,
    private readonly rights: ReadingRights,
    private readonly events: ManifestEvents,
  ) {}

  /** On record before the first byte. Throws `log.not-found`, `access.denied`, `purpose.required`. */
  async page(act: ActContext, { year, from, limit }: ManifestsQuery): Promise<ManifestPage> {
    return this.acts.run(act, async (at) => {
      const state = at.session?.state ?? REGIONAL_AUTHORITY;
      const about = { type: 'log', id: year, states: EVERYBODY };
      const sidHash = await this.rights.assert(at, 'audit.view', { about });
      const found = await this.events.find(sidHash, { year, state, from, limit });
      if (found === null) throw new Refusal('log.not-found');
      const { origin, rows } = found;
      await this.audit.record(at, {
        type: 'audit.viewed',
        outcome: 'success',
        object: { type: 'log', id: origin, ownerState: REGIONAL_AUTHORITY },
        states: [...new Set<StateCode>([state, REGIONAL_AUTHORITY])].toSorted(),
        fields: { view: 'manifests', rows: rows.length },
        why: act.why,
      });
      const last = rows.at(-1);
      const next = last !== undefined && rows.length === limit ? last.index + 1 : null;
      return { state, events: rows.map(shown), next };
    });
  }
}

function shown({ index, digests, salt, body }: ManifestEventRow): ManifestEvent {
  return {
    index,
    digests: toBase64Url(digests),
    salt: salt === null ? null : toBase64Url(salt),
    body: body === null ? null : toBase64Url(body),
  };
}
