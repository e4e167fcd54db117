import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

import { MANIFEST_LIMITS } from './manifests.js';

/** Which log, and from where on. */
export class ManifestsQuery {
  @IsString()
  @Matches(/^\d{4}(?:-\d{1,3})?$/)
  readonly year: string;

  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly from: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MANIFEST_LIMITS.events)
  readonly limit: number = MANIFEST_LIMITS.events;
}
