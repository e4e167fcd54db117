import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { RECEIPT_LIMITS } from './own-record.js';

/** What the client verified of a log before. */
class KnownHeadInput {
  @Matches(/^[a-z0-9.:-]{1,200}(?:\/\d{4}(?:-\d{1,3})?)?$/)
  readonly origin: string;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly size: number;
}

/** `POST /audit/me/receipts`. */
export class OwnReceiptsRequest {
  /** base64url of the 58 bytes of each leaf: the id of its event stands in it. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(RECEIPT_LIMITS.leaves)
  @ArrayUnique()
  @Matches(/^[\w-]{78}$/, { each: true })
  readonly leaves: readonly string[];

  @IsArray()
  @ArrayMaxSize(RECEIPT_LIMITS.logs)
  @ArrayUnique(({ origin }: KnownHeadInput) => origin)
  @ValidateNested({ each: true })
  @Type(() => KnownHeadInput)
  readonly known: readonly KnownHeadInput[];
}

/** `GET /audit/me/events`. */
export class OwnEventsQuery {
  /** The event that the page before ended with; absent for the newest page. */
  @IsOptional()
  @Matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  readonly before?: string;
}
