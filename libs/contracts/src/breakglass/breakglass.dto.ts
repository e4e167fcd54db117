import { IsIn, IsString, Matches, MaxLength, MinLength } from 'class-validator';

/** An act as the States signed it, offline. */
export class BreakGlassRequest {
  @IsString()
  @MinLength(1)
  @MaxLength(12_288)
  readonly wire: string;
}

/** `:nonce` of an act. */
export class BreakGlassParams {
  @IsString()
  @Matches(/^[\w-]{22}$/)
  readonly nonce: string;
}

export class BreakGlassReviewRequest {
  @IsIn(['justified', 'unjustified'])
  readonly verdict: 'justified' | 'unjustified';
}
