import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { PURPOSES, type Purpose } from '../policy/policy-model.js';
import { POLICY_TABLE, type Action } from '../policy/table.js';
import { PasskeyAssertionInput } from './passkey.dto.js';
import {
  SIGN_IN_METHODS,
  type RecoveryStatement,
  type SignInMethod,
  type SignInStatement,
  type StepUpStatement,
} from './session-wire.js';

const BASE64URL = /^[A-Za-z0-9_-]+$/;
const HASH = /^[A-Za-z0-9_-]{43}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Characters of 8,192 bytes in base64url: the largest body of a signed object. */
const SIGNED_BODY_CHARACTERS = 10_923;
/** Characters of 32,768 bytes in base64url. */
const SEALED_CHARACTERS = 43_691;

/** The public half of a session key: Ed25519 (RFC 8037) or P-256 (RFC 7518, section 6.2). */
export class SessionJwk {
  @IsIn(['OKP', 'EC'])
  readonly kty: 'OKP' | 'EC';

  @IsIn(['Ed25519', 'P-256'])
  readonly crv: 'Ed25519' | 'P-256';

  @Matches(HASH)
  readonly x: string;

  @IsOptional()
  @Matches(HASH)
  readonly y?: string;
}

/** `POST /sessions`: the statement of the device key, its signature, and the key of the session. */
export class OpenSessionRequest {
  @Matches(BASE64URL)
  @MaxLength(SIGNED_BODY_CHARACTERS)
  readonly body: string;

  @Matches(/^[A-Za-z0-9_-]{86}$/)
  readonly sig: string;

  @Type(() => SessionJwk)
  @ValidateNested()
  readonly sessionJwk: SessionJwk;

  /** Of the method `passkey`, over `passkeyChallenge`. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PasskeyAssertionInput)
  readonly assertion?: PasskeyAssertionInput;
}

/** A code on paper from two registrars: who shows it may certify one new device. */
export class ReentryInput {
  @Matches(UUID)
  readonly reentryId: string;

  /** base64url of the 16 bytes. */
  @Matches(/^[\w-]{21}[AQgw]$/)
  readonly code: string;
}

/**
 * `POST /sessions/recovery`: the statement of a device that has no certificate yet, its signature, and either a passkey
 * of another valid device of the person (over `recoveryChallenge`) or a code of two registrars.
 */
export class OpenRecoveryRequest extends OpenSessionRequest {
  @IsOptional()
  @ValidateNested()
  @Type(() => ReentryInput)
  readonly reentry?: ReentryInput;
}

/** The members of the statement of a new device, label `enlace/recovery/v1`. */
export class RecoveryStatementForm implements RecoveryStatement {
  @IsString()
  @MaxLength(255)
  readonly origin: string;

  @Matches(UUID)
  readonly challengeId: string;

  @Matches(HASH)
  readonly challenge: string;

  @Matches(UUID)
  readonly deviceId: string;

  @Matches(HASH)
  readonly signKey: string;

  @Matches(HASH)
  readonly sessionKey: string;

  @Matches(HASH)
  readonly build: string;
}

/** The members of the signed statement, with their form. */
export class SignInStatementForm implements SignInStatement {
  @IsString()
  @MaxLength(255)
  readonly origin: string;

  @Matches(UUID)
  readonly challengeId: string;

  @Matches(HASH)
  readonly challenge: string;

  @Matches(UUID)
  readonly deviceId: string;

  @Matches(HASH)
  readonly deviceCert: string;

  @Matches(HASH)
  readonly sessionKey: string;

  @IsIn(SIGN_IN_METHODS)
  readonly method: SignInMethod;

  @Matches(HASH)
  readonly build: string;

  @IsArray()
  @ArrayMaxSize(64)
  @Matches(/^[1-9]\d{0,15}(-[1-9]\d{0,15})?$/, { each: true })
  readonly abandoned: readonly string[];
}

/**
 * `POST /sessions/step-up`: the statement, and what the session was opened with. A key in a file is opened again and
 * signs it; a passkey signs `stepUpChallenge` of it.
 */
export class StepUpRequest {
  @Matches(BASE64URL)
  @MaxLength(SIGNED_BODY_CHARACTERS)
  readonly body: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{86}$/)
  readonly sig?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => PasskeyAssertionInput)
  readonly assertion?: PasskeyAssertionInput;
}

/** The members of the step-up, label `enlace/stepup/v1`. */
export class StepUpStatementForm implements StepUpStatement {
  @Matches(UUID)
  readonly challengeId: string;

  @Matches(HASH)
  readonly challenge: string;

  @IsIn(Object.keys(POLICY_TABLE))
  readonly action: Action;

  @Matches(/^[A-Za-z0-9._:-]{1,64}$/)
  readonly objectId: string;

  /** Of the request that will carry the step-up, as in the claim `bh` of its proof. */
  @Matches(HASH)
  readonly bodyHash: string;
}

/** `POST /declarations`: why something will be consulted, for one case or for searches. */
export class DeclarationRequest {
  @IsIn(PURPOSES)
  readonly purpose: Purpose;

  @IsOptional()
  @Matches(UUID)
  readonly caseId?: string;

  /** Sealed to the auditors of the own State: at most 32 KiB. */
  @IsOptional()
  @Matches(BASE64URL)
  @MaxLength(SEALED_CHARACTERS)
  readonly justification?: string;
}
