import type { ServerConfig } from '../../platform/config/config.js';
import { loadTrustStore, type LoadedTrustStore } from '../trust-store-file.js';
import { refillDirectory, type RefillPorts } from './refill-directory.js';

/**
 * The roots of this deployment; where a copy of the directory's log was named, the directory holds what it lost when
 * this resolves. Throws `StartupRefusal`.
 */
export async function openTrustedDirectory(
  config: ServerConfig,
  ports: Omit<RefillPorts, 'dataDir' | 'trustStore'>,
): Promise<LoadedTrustStore> {
  const loaded = await loadTrustStore(config);
  const { dataDir, refillFile } = config;
  if (refillFile !== null) {
    await refillDirectory(refillFile, { ...ports, dataDir, trustStore: loaded.trustStore });
  }
  return loaded;
}
