import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { State } from '@enlace/contracts';
import type { Region } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';

import { listen } from '../../../apps/cli/src/witness/witness-server.js';
import { Witness, type SplitFound } from '../../../apps/cli/src/witness/witness.js';

/** A witness of a State in this process, with its folder. */
export async function startWitness(state: State) {
  await cryptoReady();
  const folder = await mkdtemp(join(tmpdir(), 'enlace-witness-'));
  const name = `witness.${state.toLowerCase()}.example/enlace`;
  const splits: SplitFound[] = [];
  const witness = Witness.obtain(join(folder, 'w'), name, (split) => splits.push(split));
  const vkey = formatVkey(witness.key);
  const listening = await listen(witness, { host: '127.0.0.1', port: 0 });
  /** Answers nobody any more, and leaves its folder to another program. */
  const leave = async (): Promise<void> => {
    await listening.close();
    witness.close();
  };
  return {
    state,
    name,
    vkey,
    splits,
    witness,
    folder: join(folder, 'w'),
    url: listening.url,
    leave,
    close: async () => {
      await leave();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestWitness = Awaited<ReturnType<typeof startWitness>>;

/** The root of each State names its witness. */
export function stateWitnesses(region: Region, witnesses: readonly TestWitness[]): void {
  for (const { state, vkey } of witnesses) {
    region.add({ type: 'witness-key', state, vkey }, [`root:${state}`]);
  }
}

/** As the server takes it. */
export function witnessUrls(witnesses: readonly TestWitness[]): Readonly<Record<string, string>> {
  return { WITNESS_URLS: witnesses.map(({ name, url }) => `${name}=${url}`).join(',') };
}
