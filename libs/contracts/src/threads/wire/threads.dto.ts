import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

import { ATTACHMENT_LIMITS } from '../../attachments/attachment-limits.js';
import { THREAD_LIMITS } from '../thread-limits.js';
import type { EntriesAppending, ThreadOpening } from './thread-wire.js';

const BASE64URL = /^[\w-]+$/;
const ENTRY_CHARACTERS = Math.ceil((THREAD_LIMITS.clearEntry * 4) / 3);

/** One entry, whole, in base64url. */
export class EntryItem {
  @IsString()
  @MaxLength(ENTRY_CHARACTERS)
  @Matches(BASE64URL)
  readonly entry: string;
}

/** The genesis of a thread and its package. */
export class OpenThreadRequest extends EntryItem implements ThreadOpening {
  @IsString()
  @MaxLength(THREAD_LIMITS.openingPackageCharacters)
  @Matches(BASE64URL)
  readonly package: string;
}

/** An entry, and the files that it names. */
export class AppendedItem extends EntryItem {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(ATTACHMENT_LIMITS.perEntry)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  @Matches(/^[0-9a-f-]{36}$/, { each: true })
  readonly attachments?: string[];
}

/** Entries of one device, in their order. */
export class AppendEntriesRequest implements EntriesAppending {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(THREAD_LIMITS.entriesPerAppend)
  @ValidateNested({ each: true })
  @Type(() => AppendedItem)
  readonly items: AppendedItem[];
}

/** `:id` and `:sha256` of the path of a blob. */
export class BlobParams {
  @IsUUID()
  @Matches(/^[0-9a-f-]{36}$/)
  readonly id: string;

  /** base64url of 32 bytes. */
  @IsString()
  @Matches(/^[\w-]{42}[AEIMQUYcgkosw048]$/)
  readonly sha256: string;
}

/** A further page of a read that is on record: entries after a sequence. */
export class EntryPagesQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after: number = 0;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(THREAD_LIMITS.entriesPerPage)
  readonly limit: number = THREAD_LIMITS.entriesPerPage;
}

/** The first page of a read; with `through`, the record of it covers everything up to there. */
export class EntriesQuery extends EntryPagesQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly through?: number;
}
