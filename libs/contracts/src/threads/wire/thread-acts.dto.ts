import { IsIn, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';

import { THREAD_EXPORT_FORMATS, type ThreadExportFormat } from './thread-wire.js';

const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A page of the own threads, after the given one. */
export class ThreadsQuery {
  @IsOptional()
  @IsUUID()
  @Matches(UUID_7)
  readonly after?: string;
}

/** A part of the log that somebody is about to look at. */
export class ConsultationRequest {
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly firstSeq: number;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly lastSeq: number;
}

/** A part of the log that somebody is about to take away. */
export class ThreadExportRequest {
  @IsIn(THREAD_EXPORT_FORMATS)
  readonly format: ThreadExportFormat;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly fromSeq: number;

  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly toSeq: number;
}
