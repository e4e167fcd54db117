import { parseTrustStore, TRUST_STORE_LIMIT_BYTES } from '@enlace/trust';
import { findText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile, refusing } from '../files/input-file.js';
import type { Witness } from './witness.js';

/** The witness watches the logs of `--trust`, besides those it has watched before. Throws `witness.other-key`. */
export function trustStatedLogs({ options }: Invocation, witness: Witness): void {
  const path = findText(options, 'trust');
  if (path === null) return;
  const text = readInputFile(path, TRUST_STORE_LIMIT_BYTES);
  const { directory, audit } = refusing(path, () => parseTrustStore(text));
  refusing(path, () => witness.trustLogs([directory.vkey, ...audit.map(({ vkey }) => vkey)]));
}
