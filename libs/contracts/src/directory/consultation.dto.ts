import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

import { ROLES, type Role } from '../policy/roles.js';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '../states.js';
import { CONSULTATION_LIMITS } from './consultation.js';

/** What is searched for; each member narrows it. A body, because addresses hold ids only. */
export class DirectorySearchRequest {
  /** Part of a name, a title or an office; capitals and accents count for nothing. */
  @IsOptional()
  @IsString()
  @MinLength(2)
  @MaxLength(CONSULTATION_LIMITS.textCharacters)
  @Matches(/^\P{C}+$/u)
  readonly text?: string;

  @IsOptional()
  @IsIn([...STATES, REGIONAL_AUTHORITY])
  readonly state?: StateCode;

  @IsOptional()
  @IsIn(ROLES)
  readonly role?: Role;

  /** Of an office or a contact, for example `urgent-24x7`. */
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9-]{3,32}$|^mla:[A-Za-z0-9.-]{1,64}$/)
  readonly duty?: string;

  /** ISO 3166-2 code of a region that the office covers. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
  readonly region?: string;
}

/** The hash of a card, as a certificate or a contact carries it. */
export class CardParams {
  @IsString()
  @Matches(/^[\w-]{43}$/)
  readonly card: string;
}
