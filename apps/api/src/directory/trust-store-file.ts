import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isDomainError } from '@enlace/kernel';
import { cryptoReady, parseTrustStore, type TrustStore } from '@enlace/trust';

import type { ServerConfig } from '../platform/config/config.js';
import { isLoopbackHost, isLoopbackUrl } from '../platform/config/loopback.js';
import { StartupRefusal } from '../platform/config/startup-refusal.js';
import { errorCode } from '../platform/database/database-errors.js';

/** Where the trust store lies when `--trust` names no other file. */
export const TRUST_STORE_FILE = 'trust-store.json';

/** A trust store and its very bytes, whose hash people find on paper; null where there is none yet. */
export interface LoadedTrustStore {
  readonly text: string | null;
  readonly trustStore: TrustStore | null;
}

/**
 * The roots that this deployment starts from: the file that `--trust` names, else the one in the data folder. None on a
 * fresh installation, which serves an empty directory until there is one. Throws `StartupRefusal` for a file that is
 * named and absent, or that does not hold.
 */
export async function loadTrustStore(
  config: Pick<ServerConfig, 'dataDir' | 'trustFile' | 'publicOrigin' | 'host' | 'port'>,
): Promise<LoadedTrustStore> {
  await cryptoReady();
  const path = config.trustFile ?? join(config.dataDir, TRUST_STORE_FILE);
  const text = await readText(path, { isRequired: config.trustFile !== null });
  if (text === null) return { text, trustStore: null };
  try {
    const trustStore = parseTrustStore(text);
    assertDemoAtHome(trustStore, config);
    return { text, trustStore };
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    const rule = String(cause.facts['rule'] ?? 'form');
    throw new StartupRefusal([`--trust: the trust store does not hold (${rule})`], { cause });
  }
}

/**
 * A trust store of the demo (its deployment is an origin of loopback) vouches for invented people, whose passphrase
 * everybody knows: it serves that one origin and no other.
 */
function assertDemoAtHome(
  { deployment }: TrustStore,
  { publicOrigin, host, port }: Pick<ServerConfig, 'publicOrigin' | 'host' | 'port'>,
): void {
  const home = `http://${deployment}`;
  if (!URL.canParse(home) || !isLoopbackUrl(home)) return;
  const served = publicOrigin ?? `http://${isLoopbackHost(host) ? 'localhost' : host}:${port}`;
  // Port 0 takes a free one: it is compared by whoever started the server, once it listens.
  const isHome = served === home || (served === 'http://localhost:0' && publicOrigin === null);
  if (isHome) return;
  throw new StartupRefusal([
    `--trust: the trust store is the one of a demo at ${home}; it serves no other origin`,
  ]);
}

async function readText(
  path: string,
  { isRequired }: { readonly isRequired: boolean },
): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' && !isRequired) return null;
    throw new StartupRefusal(['--trust: the trust store cannot be read'], { cause });
  }
}
