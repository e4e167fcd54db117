import { equalBytes } from '@enlace/kernel';
import { formatFingerprint, parseTrustStore, trustStoreFingerprint } from '@enlace/trust';

import { readTrustStore } from '../server-files.js';
import { TrustNotAsPrinted } from '../worker-errors.js';

/**
 * The trust store of this server, found to be the one that the paper names. Throws `trust.not-as-printed`: a server
 * that hands out another one is found here.
 */
export async function trustStoreOf(printed: Uint8Array): Promise<string> {
  const trustStore = await readTrustStore();
  const found = trustStoreFingerprint(trustStore);
  if (!equalBytes(printed, found)) throw new TrustNotAsPrinted(formatFingerprint(found));
  parseTrustStore(trustStore);
  return trustStore;
}
