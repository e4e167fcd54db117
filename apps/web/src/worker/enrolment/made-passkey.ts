import { toBase64Url } from '@enlace/kernel';

import type { ArgsOf } from '../../protocol/operations.js';
import type { DeviceProfile } from '../device-profile.js';
import { passkeyRef } from './credential-key.js';

type KeptPasskey = DeviceProfile['passkeys'][number];

/** A passkey that the page had made, as the profile keeps it. */
export function passkeyOf(made: ArgsOf<'enrol.add-passkey'>): KeptPasskey {
  const text = (bytes: ArrayBuffer): string => toBase64Url(new Uint8Array(bytes));
  return {
    credentialId: text(made.credentialId),
    clientDataJSON: text(made.clientDataJSON),
    attestationObject: text(made.attestationObject),
    ref: passkeyRef(new Uint8Array(made.authenticatorData)),
  };
}

/** What the server is shown of it; how the certificate names it, it finds by itself. */
export function registrationOf({ ref: _ref, ...registration }: KeptPasskey) {
  return registration;
}
