import type { WitnessTokenIssued } from '@enlace/contracts';
import { toBase64Url, type Random } from '@enlace/kernel';
import { Inject, Injectable } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { WitnessTokens } from '../platform/access/witness-tokens.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { RANDOM } from '../platform/tokens.js';
import { WitnessList } from '../platform/witnesses/witness-list.js';

const TOKEN_BYTES = 32;

/** Tokens with which witnesses read the logs. */
@Injectable()
export class IssuedTokens {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly audit: AuditRecorder,
    private readonly witnesses: WitnessList,
    private readonly tokens: WitnessTokens,
    @Inject(RANDOM) private readonly random: Random,
  ) {}

  /** For the witness that the root of the own State named; the token is told once. Throws `witness.not-found`. */
  async issue(act: ActContext, name: string): Promise<WitnessTokenIssued> {
    const found = (await this.witnesses.list()).find((witness) => witness.name === name);
    const token = toBase64Url(this.random.bytes(TOKEN_BYTES));
    await this.acts.run(act, async (at) => {
      const { state } = getSession(at);
      const about = { type: 'witness', id: name, ownerState: found?.state ?? state } as const;
      this.permissions.assert(at, 'witness.issue-token', { about, absent: 'witness.not-found' });
      if (found === undefined) throw new Refusal('witness.not-found');
      const mirrorKey = this.random.bytes(TOKEN_BYTES);
      await this.tokens.put(at.tx, name, { token, mirrorKey });
      await this.audit.record(at, {
        type: 'witness.token-issued',
        outcome: 'success',
        object: { type: 'witness', id: name, ownerState: state },
        states: [state],
        fields: { witnessName: name, lastSize: 0 },
      });
    });
    return { witness: name, token };
  }
}
