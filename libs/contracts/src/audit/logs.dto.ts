import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

/** The name of a log: `audit.<domain>/<year>`, and `-<n>` after a loss. */
const ORIGIN = /^[a-z0-9.:-]{1,200}(?:\/\d{4}(?:-\d{1,3})?)?$/;
const YEAR = /^\d{4}(?:-\d{1,3})?$/;

/** Whoever mirrors the entries of a log says which. */
export class MirrorRequest {
  @IsString()
  @Matches(ORIGIN)
  readonly origin: string;

  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly fromIndex: number;

  /** Exclusive; at most the size of a published checkpoint. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly toIndex: number;
}

/** A time stamp (RFC 3161) that somebody had made of a published checkpoint, and keeps. */
export class TimestampRequest {
  @IsString()
  @Matches(ORIGIN)
  readonly origin: string;

  /** Of the checkpoint. */
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly size: number;

  /** Who gives the time, as its certificate says. */
  @MaxLength(200)
  @Matches(/^[^\p{C}]+$/u)
  readonly tsaName: string;

  /** SHA-256 of the whole answer of the authority, in base64url. */
  @Matches(/^[A-Za-z0-9_-]{43}$/)
  readonly tokenHash: string;
}

/** `:year` of a path below `/audit/log`. */
export class LogParams {
  @IsString()
  @Matches(YEAR)
  readonly year: string;
}

/** `:which` checkpoint: the newest that meets the policy, or the one of a size. */
export class DirectoryCheckpointParams {
  @IsString()
  @Matches(/^(?:witnessed|0|[1-9]\d{0,15})$/)
  readonly which: string;
}

/** As of the directory's log, of one year. */
export class AuditCheckpointParams extends DirectoryCheckpointParams {
  @IsString()
  @Matches(YEAR)
  readonly year: string;
}

/** `:name` of a witness: that of its key. */
export class WitnessParams {
  @IsString()
  @Matches(/^[a-z0-9.-]{1,100}(?:\/[a-z0-9.-]{1,50})?$/)
  readonly name: string;
}

/** What follows `tile/` in a path (C2SP tlog-tiles); its one spelling is checked where it is read. */
export class DirectoryTileParams {
  @IsString()
  @MaxLength(64)
  readonly '*': string;
}

/** As below the directory's log, of one year. */
export class AuditTileParams extends DirectoryTileParams {
  @IsString()
  @Matches(YEAR)
  readonly year: string;
}
