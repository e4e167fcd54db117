import {
  CLIENT_EVENT_FORMS,
  type ClientEventForm,
  type SignedClientEventInput,
} from '@enlace/contracts/dto';
import { canonicalJson, isDomainError, type JsonObject } from '@enlace/kernel';
import {
  isSignedBy,
  keyId,
  parseSignedObject,
  SIGNING_LABELS,
  type VerifiedDevice,
} from '@enlace/trust';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/**
 * A statement that the device signed itself, or `null` for every deviation: of form, of type, of another device, of
 * another key or with a member too many.
 */
// Attacker-controlled: a member of the deployment sends any text.
export function readClientStatement(
  { body, sig }: SignedClientEventInput,
  { deviceId, signKey }: Pick<VerifiedDevice, 'deviceId' | 'signKey'>,
): ClientEventForm | null {
  try {
    const wire = canonicalJson({ body, sigs: [{ key: keyId(signKey), sig }] });
    const object = parseSignedObject(wire);
    if (!isSignedBy(object, SIGNING_LABELS.clientEvent, signKey)) return null;
    const statement = readForm(object.body);
    return statement?.deviceId === deviceId ? statement : null;
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}

function readForm(body: JsonObject): ClientEventForm | null {
  const form = Object.entries(CLIENT_EVENT_FORMS).find(([type]) => type === body['type'])?.[1];
  if (form === undefined) return null;
  const statement: ClientEventForm = plainToInstance<ClientEventForm, JsonObject>(form, body);
  const faults = validateSync(statement, { whitelist: true, forbidNonWhitelisted: true });
  return faults.length === 0 ? statement : null;
}
