import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  MinLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { DIRECTORY_LIMITS } from './directory.js';

/** Canonical JSON of a signed object is ASCII: its body and signatures are base64url. */
const WIRE = /^\{"body":"[\w-]+","sigs":\[[\w":,{}-]+\]\}$/;
const WIRE_CHARACTERS = 12 * 1024;
const HASH = /^[\w-]{43}$/;

/** A signed statement, as it will stand in the log. */
export class StatementRequest {
  @IsString()
  @MaxLength(WIRE_CHARACTERS)
  @Matches(WIRE)
  readonly wire: string;
}

/** A card beside the hash that a statement carries. */
export class CardInput {
  @IsString()
  @MaxLength(DIRECTORY_LIMITS.cardCharacters)
  readonly body: string;

  @IsString()
  @Matches(HASH)
  readonly salt: string;
}

/** An office proposes a contact: the signed statement, and the card that it commits to. */
export class ProposeContactRequest extends StatementRequest {
  @IsDefined()
  @ValidateNested()
  @Type(() => CardInput)
  readonly card: CardInput;
}

/** Why the foreign ministry does not approve; administrative, the host can read it. */
export class RejectContactRequest {
  @IsString()
  @MinLength(3)
  @MaxLength(500)
  readonly reason: string;
}

/** A stretch of the log. */
export class StatementsQuery {
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly from: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(DIRECTORY_LIMITS.statements)
  readonly limit: number = DIRECTORY_LIMITS.statements;
}

/** `ids=<hash>,<hash>`: cards by the hash that statements carry. */
export class CardsQuery {
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',') : value))
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(DIRECTORY_LIMITS.cards)
  @IsString({ each: true })
  @Matches(HASH, { each: true })
  readonly ids: readonly string[];
}
