import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';

import { VAULT_LIMITS, type VaultWrite } from './vault.js';

/** Canonical JSON of a signed object is ASCII: its body and signatures are base64url. */
const WIRE = /^\{"body":"[\w-]+","sigs":\[[\w":,{}-]+\]\}$/;
/** 32 bytes: the last of 43 characters carries four bits. */
const ITEM_ID = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
/** 160 bytes. */
const WRAP = /^[\w-]{214}$/;
const BYTES = /^[\w-]+$/;

/** What changes in the vault of the person who asks, under the head of the whole. */
export class PutVaultRequest implements VaultWrite {
  @IsString()
  @MaxLength(VAULT_LIMITS.headCharacters)
  @Matches(WIRE)
  readonly head: string;

  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(VAULT_LIMITS.wraps)
  @IsString({ each: true })
  @Matches(WRAP, { each: true })
  readonly wraps?: string[];

  @IsArray()
  @ArrayMaxSize(VAULT_LIMITS.items)
  @IsString({ each: true })
  @MaxLength(Math.ceil((VAULT_LIMITS.itemBytes * 4) / 3), { each: true })
  @Matches(BYTES, { each: true })
  readonly items: string[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(VAULT_LIMITS.items)
  @IsString({ each: true })
  @Matches(ITEM_ID, { each: true })
  readonly removed?: string[];
}

/** `:itemId` of a path. */
export class VaultItemParams {
  @IsString()
  @Matches(ITEM_ID)
  readonly itemId: string;
}
