import { parseBase64Url, parseId, type PersonId } from '@enlace/kernel';
import { keyId, type DeviceCert, type Revocation } from '@enlace/trust';

/** A device as the object of a question to the policy. */
export function aboutDevice({ deviceId, state, personId }: DeviceCert) {
  return { type: 'device', id: deviceId, ownerState: state, personId: parseId<PersonId>(personId) };
}

/** What is on record of a device: its key and its kind, the statement that says so, and why where it ends. */
export function deviceEvent<Type extends 'device.enrolled' | 'device.renewed' | 'device.revoked'>(
  type: Type,
  { deviceId, state, signKey, platform }: DeviceCert,
  said: { readonly statementHash: string; readonly cause?: Revocation['reason'] },
) {
  return {
    type,
    outcome: 'success',
    object: { type: 'device', id: deviceId, ownerState: state },
    states: [state],
    fields: {
      fingerprint: keyId(parseBase64Url(signKey)),
      platform,
      ...said,
    },
  } as const;
}
