import { REGIONAL_AUTHORITY } from '@enlace/contracts';
import type { SectionDigests } from '@enlace/tlog';
import { currentOf, type TrustStore, type YearTurnEvidence } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import { Database } from '../platform/database/database.js';
import { PublishedLogs, type PublishedLog } from '../platform/logs/published-logs.js';
import { WitnessedProofs } from '../platform/logs/witnessed-proofs.js';
import { TRUST_STORE } from '../platform/tokens.js';

const DIGEST_BYTES = 32;

/** Where an event stands, for whoever has nothing but a trust store. */
interface ReleasePlace {
  /** The text of a `.tlog-proof` file. */
  readonly proof: string;
  /** From a log that the trust store names to the one of the event. */
  readonly years: readonly YearTurnEvidence[];
}

/** Proves to strangers where the event of a release stands, in whatever year that was. */
@Injectable()
export class ReleasePlaces {
  constructor(
    private readonly logs: PublishedLogs,
    private readonly proofs: WitnessedProofs,
    private readonly database: Database,
    private readonly directory: DirectoryLog,
    @Inject(TRUST_STORE) private readonly trustStore: TrustStore | null,
  ) {}

  /** `null` while the quorum has not cosigned all of it, and where a log goes on after a loss. */
  async find(origin: string, index: number): Promise<ReleasePlace | null> {
    const all = await this.logs.list();
    const own = all.find((log) => log.origin === origin);
    const proof = own === undefined ? null : await this.proofs.findIn(own, index);
    if (own === undefined || proof === null) return null;
    const years: YearTurnEvidence[] = [];
    for (let log = own; !this.#isPinned(log);) {
      const before = all.find((each) => each.origin === log.predecessor);
      const turn = before === undefined ? null : await this.#turn(before, log, all);
      if (before === undefined || turn === null) return null;
      years.unshift(turn);
      log = before;
    }
    return { proof, years };
  }

  #isPinned({ origin, vkey }: PublishedLog): boolean {
    const named = this.trustStore?.audit ?? [];
    return named.some((log) => log.origin === origin && log.vkey === vkey);
  }

  async #turn(
    before: PublishedLog,
    next: PublishedLog,
    all: readonly PublishedLog[],
  ): Promise<YearTurnEvidence | null> {
    const { closing } = before;
    const directory = all.find(({ stream }) => stream === 'directory');
    if (closing === null || directory === undefined) return null;
    const { index, leaf, digests, salt, body } = closing;
    const proof = await this.proofs.findIn(before, index);
    const key = await this.#announcement(next, directory);
    if (proof === null || key === null) return null;
    const what = { salt, bytes: body };
    return { closing: { index, leaf, digests: eachDigest(digests), what, proof }, key };
  }

  async #announcement(
    { origin }: PublishedLog,
    directory: PublishedLog,
  ): Promise<YearTurnEvidence['key'] | null> {
    const subject = { type: 'log-key', state: REGIONAL_AUTHORITY, subject: origin } as const;
    const announced = await this.database.beforeSignIn(async (tx) => {
      const found = currentOf(await this.directory.current(tx), subject);
      return found === null ? null : this.directory.entryAt(tx, found.index);
    });
    if (announced === null) return null;
    const { index, leaf, wire } = announced;
    const proof = await this.proofs.findIn(directory, index);
    return proof === null ? null : { leaf, wire, proof };
  }
}

/** The digests of the five sections, as they lie beside each other in a row. */
export function eachDigest(digests: Uint8Array): SectionDigests {
  const at = (place: number) =>
    digests.slice(place * DIGEST_BYTES, place * DIGEST_BYTES + DIGEST_BYTES);
  return { what: at(0), who: at(1), where: at(2), why: at(3), attest: at(4) };
}
