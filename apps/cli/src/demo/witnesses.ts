import type { StateCode } from '@enlace/contracts';
import { formatVkey } from '@enlace/tlog';

import type { LogKey } from '../server/server-message.js';
import { policyText } from '../trust-store/trust-store-text.js';
import { Witness, type SplitFound } from '../witness/witness.js';
import { listen, type ListeningWitness } from '../witness/witness-server.js';
import type { DemoLayout } from './layout.js';
import { AUTHORITIES } from './people/cast.js';

interface Standing {
  readonly state: StateCode;
  readonly witness: Witness;
  readonly listening: ListeningWitness;
}

/** The regional body witnesses nothing: its States do. */
const STATES = AUTHORITIES.map(({ state }) => state).filter((state) => state !== 'XR');

/**
 * The witnesses of the States of the demo, as `enlace witness serve` runs them: here all in one process, which on a
 * machine of one owner protects nobody and shows how it goes. Close them after the server.
 */
export class DemoWitnesses {
  private constructor(private readonly all: readonly Standing[]) {}

  /** Keys are made where there are none. `onSplit` hears of a log that signed two truths. */
  static async open(
    layout: DemoLayout,
    onSplit: (split: SplitFound) => void,
  ): Promise<DemoWitnesses> {
    const all = STATES.map(async (state) => {
      const name = `${state.toLowerCase()}.witness.localhost`;
      const witness = Witness.obtain(layout.witness(state), name, onSplit);
      const listening = await listen(witness, { host: '127.0.0.1', port: 0 });
      return { state, witness, listening };
    });
    return new DemoWitnesses(await Promise.all(all));
  }

  /** The setting of the server that says where they listen. */
  get urls(): string {
    return this.all.map(({ witness, listening }) => `${witness.key.name}=${listening.url}`).join();
  }

  /** The key that the root of the State names; `null` where it has no witness. */
  vkeyOf(state: StateCode): string | null {
    const found = this.all.find((each) => each.state === state);
    return found === undefined ? null : formatVkey(found.witness.key);
  }

  /** What clients ask for: the same quorum that admits a State, 4 of 5. */
  policyFor(logs: readonly LogKey[]): string {
    const witnesses = this.all.map(({ state, witness }) => ({
      state,
      vkey: formatVkey(witness.key),
    }));
    return policyText(logs, witnesses);
  }

  /** They cosign these logs, and know their keys for ever. */
  trust(logs: readonly LogKey[]): void {
    for (const { witness } of this.all) witness.trustLogs(logs.map(({ vkey }) => vkey));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(async ({ listening }) => listening.close()));
    for (const { witness } of this.all) witness.close();
  }
}
