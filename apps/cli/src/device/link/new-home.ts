import { HttpTransport, type LocalStore } from '@enlace/client';
import type { PersonId } from '@enlace/kernel';
import { parseTrustStore } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { findText, requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { readInputFile, refusing } from '../../files/input-file.js';
import {
  isLinked,
  loadProfile,
  newKeys,
  saveProfile,
  type DeviceProfile,
} from '../../home/device-profile.js';
import { readId } from '../../person/invite.js';

/** Which server, under which trust store. */
type ServerOfHome = Pick<DeviceProfile, 'server' | 'trustStore'>;

/** Throws `input.malformed`, `usage.missing-option`. */
export function readServer({ options }: Invocation): ServerOfHome {
  const server = requireText(options, 'server');
  const trustPath = requireText(options, 'trust');
  const trustStore = readInputFile(trustPath);
  refusing(trustPath, () => parseTrustStore(trustStore));
  const { origin } = refusing('--server', () => new HttpTransport(server));
  return { server: origin, trustStore };
}

/** Nobody is asked only where it is said before who may take the offer up. Throws `usage.missing-option`. */
export function expectedPerson({ options }: Invocation): PersonId | null {
  const person = options.has('yes') ? requireText(options, 'person') : findText(options, 'person');
  return person === null ? null : readId(person, '--person');
}

/**
 * The home of a device that waits for another one, made once: its keys are kept before they are offered, and offered
 * again after whatever broke off. Throws `file.exists` in a home that began otherwise.
 */
export async function loadOrMake(
  store: LocalStore,
  server: ServerOfHome | (() => ServerOfHome),
  folder: string,
): Promise<DeviceProfile> {
  const kept = await loadProfile(store);
  if (kept !== null) {
    if (kept.invitation === '' || isLinked(kept)) return kept;
    throw new CliError('file.exists', { file: folder });
  }
  const at = typeof server === 'function' ? server() : server;
  const nobody = { invitation: '', step: 'made', personId: null, deviceCert: null } as const;
  const profile = { ...at, ...nobody, keys: newKeys() };
  await saveProfile(store, profile);
  return profile;
}
