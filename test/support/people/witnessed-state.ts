import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemRandom } from '@enlace/kernel';
import { formatVkey, type NoteSigner } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';

import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { startServer, type TestServer } from '../api-server.js';
import { startWitness, type TestWitness } from '../log/witnesses.js';
import { FoundingState } from './founding-state.js';
import { LyingServer } from './lying-server.js';

const LOG = 'directory.localhost';

/** A State that is being founded on a real server with a real witness, behind a server that can be told to lie. */
export interface WitnessedState {
  readonly state: FoundingState;
  readonly server: TestServer;
  readonly witness: TestWitness;
  readonly liar: LyingServer;
  /** The address that clients know: the liar's. */
  readonly url: string;
  readonly trustStore: string;
  readonly dataDir: string;
  /** What the State says before anybody of it is a person here, its witness among it. */
  readonly statements: readonly string[];
  /** The key of the directory's log, which whoever runs the server has. */
  readonly logSigner: NoteSigner;
  close(): Promise<void>;
}

/** `pinsAudit`: the trust store names the key of the log of accesses. */
export async function aWitnessedState({ pinsAudit = false } = {}): Promise<WitnessedState> {
  await cryptoReady();
  const state = new FoundingState();
  const liar = new LyingServer();
  const url = await liar.start();
  const witness = await startWitness('CR');
  const data = mkdtempSync(join(tmpdir(), 'enlace-data-'));
  const keys = new LogKeyFiles(data, systemRandom);
  const logSigner = await keys.obtain(LOG);
  const vkey = formatVkey(logSigner.key);
  witness.witness.trustLogs([vkey]);
  const policy = `log ${vkey}\nwitness w0 ${witness.vkey}\nquorum w0\n`;
  const { key } = await keys.obtain(`audit.localhost/${new Date().getUTCFullYear()}`);
  const audit = pinsAudit ? [{ origin: key.name, vkey: formatVkey(key) }] : [];
  const trustStore = state.trustStoreWith({ origin: LOG, vkey }, policy, audit);
  writeFileSync(join(data, 'trust-store.json'), trustStore);
  const server = await startServer({
    ENLACE_DATA: data,
    PUBLIC_ORIGIN: url,
    WITNESS_URLS: `${witness.name}=${witness.url}`,
    TRUSTED_PROXIES: '127.0.0.1,::1',
  });
  liar.standBefore(server.url);
  const named = state.sign({ type: 'witness-key', vkey: witness.vkey }, state.root);
  return {
    state,
    server,
    witness,
    liar,
    url,
    trustStore,
    dataDir: data,
    statements: [...state.founding, named],
    logSigner,
    close: async () => {
      await server.close();
      await witness.close();
      await liar.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
