import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import {
  PASSKEY_LIMITS,
  type PasskeyAssertion,
  type PasskeyProof,
  type PasskeyRegistration,
} from './passkey-wire.js';

const BASE64URL = /^[A-Za-z0-9_-]+$/;
const HASH = /^[A-Za-z0-9_-]{43}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Characters of 1,023 bytes in base64url. */
const CREDENTIAL_ID_CHARACTERS = 1_364;
/** A browser names type, challenge and origin, and a member that tests whether servers read it as a whole. */
const CLIENT_DATA_CHARACTERS = 2_048;
/** 37 bytes, and what extensions report beside them (Web Authentication Level 3, section 6.1). */
const AUTHENTICATOR_DATA_CHARACTERS = 1_024;
/** An RSA signature of 4,096 bits. */
const SIGNATURE_CHARACTERS = 684;
/** The data of the authenticator with a credential id and a key of the greatest length. */
const ATTESTATION_CHARACTERS = 4_096;

/** A passkey signs. A result of an extension is a member too many: the form is refused. */
export class PasskeyAssertionInput implements PasskeyAssertion {
  @Matches(BASE64URL)
  @MaxLength(CREDENTIAL_ID_CHARACTERS)
  readonly credentialId: string;

  @Matches(BASE64URL)
  @MaxLength(CLIENT_DATA_CHARACTERS)
  readonly clientDataJSON: string;

  @Matches(BASE64URL)
  @MaxLength(AUTHENTICATOR_DATA_CHARACTERS)
  readonly authenticatorData: string;

  @Matches(BASE64URL)
  @MaxLength(SIGNATURE_CHARACTERS)
  readonly signature: string;
}

/** A passkey that was made. */
export class PasskeyRegistrationInput implements PasskeyRegistration {
  @Matches(BASE64URL)
  @MaxLength(CREDENTIAL_ID_CHARACTERS)
  readonly credentialId: string;

  @Matches(BASE64URL)
  @MaxLength(CLIENT_DATA_CHARACTERS)
  readonly clientDataJSON: string;

  @Matches(BASE64URL)
  @MaxLength(ATTESTATION_CHARACTERS)
  readonly attestationObject: string;
}

/** The passkeys of a device, made for one challenge. */
export class PasskeyProofInput implements PasskeyProof {
  @Matches(UUID)
  readonly challengeId: string;

  @Matches(HASH)
  readonly challenge: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(PASSKEY_LIMITS.perDevice)
  @ValidateNested({ each: true })
  @Type(() => PasskeyRegistrationInput)
  readonly registrations: readonly PasskeyRegistrationInput[];
}
