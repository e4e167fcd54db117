import { Type } from 'class-transformer';
import { IsDefined, IsOptional, IsString, IsUUID, Matches, ValidateNested } from 'class-validator';

import { CardInput, StatementRequest } from '../directory/directory.dto.js';
import { PasskeyProofInput } from '../sessions/passkey.dto.js';

/** `:id` of a path: a lower-case UUID. */
export class IdParams {
  @IsUUID()
  @Matches(/^[0-9a-f-]{36}$/)
  readonly id: string;
}

/** A registrar proposes: the signed invitation, and the card that it commits to. */
export class ProposeInvitationRequest extends StatementRequest {
  @IsDefined()
  @ValidateNested()
  @Type(() => CardInput)
  readonly card: CardInput;
}

/** An invited person claims: the keys, signed by themselves, and the code from the paper. */
export class ClaimRequest extends StatementRequest {
  /** base64url of the 16 bytes. */
  @IsString()
  @Matches(/^[\w-]{21}[AQgw]$/)
  readonly code: string;

  /** Of a browser: the passkeys whose hashes the claim names. */
  @IsOptional()
  @ValidateNested()
  @Type(() => PasskeyProofInput)
  readonly passkeys?: PasskeyProofInput;
}

/** The certificate of a device of the person who asks, with the passkeys that are new in it. */
export class CertifyDeviceRequest extends StatementRequest {
  @IsOptional()
  @ValidateNested()
  @Type(() => PasskeyProofInput)
  readonly passkeys?: PasskeyProofInput;
}

/** The first device of a person, for the invitation that was claimed with it. */
export class ClaimedDeviceRequest extends StatementRequest {
  @IsUUID()
  @Matches(/^[0-9a-f-]{36}$/)
  readonly invitationId: string;
}

/** A page of people, after the given one. */
export class PeopleQuery {
  @IsOptional()
  @IsUUID()
  @Matches(/^[0-9a-f-]{36}$/)
  readonly after?: string;
}

/** The next certificate of a person, with the card when that changes. */
export class RenewPersonRequest extends StatementRequest {
  @IsOptional()
  @ValidateNested()
  @Type(() => CardInput)
  readonly card?: CardInput;
}
