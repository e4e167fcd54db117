import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { ERASURE_LIMITS } from './erasures.js';

const SECTIONS = ['what', 'who', 'where', 'why', 'attest'] as const;

/** Entries of a log, both ends included. */
export class EntryRangeInput {
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER - 1)
  readonly first: number;

  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER - 1)
  readonly last: number;
}

/** `POST /audit/erasures`. */
export class ErasureRequest {
  @Matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  readonly erasureId: string;

  /** What demands it; the host can read it. */
  @MaxLength(ERASURE_LIMITS.ruleCharacters)
  @Matches(/^[^\p{C}]+$/u)
  readonly rule: string;

  @Matches(/^[a-z0-9.:-]{1,200}\/\d{4}(?:-\d{1,3})?$/)
  readonly origin: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ERASURE_LIMITS.ranges)
  @ValidateNested({ each: true })
  @Type(() => EntryRangeInput)
  readonly ranges: readonly EntryRangeInput[];

  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(SECTIONS, { each: true })
  readonly sections: readonly (typeof SECTIONS)[number][];
}
