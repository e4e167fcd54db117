import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

import { STATES, type StateCode } from '../../states.js';
import { EntryRangeInput } from './erasures.dto.js';
import { ERASURE_LIMITS } from './erasures.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NEW_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** `POST /audit/scopes`. */
export class CaseGrantRequest {
  @Matches(NEW_ID)
  readonly scopeId: string;

  @Matches(UUID)
  readonly caseId: string;

  /** An auditor of another State. */
  @Matches(UUID)
  readonly holderId: string;

  @IsIn(STATES)
  readonly holderState: StateCode;

  @Matches(INSTANT)
  readonly expiresAt: string;
}

/** `POST /audit/disclosures`. */
export class DisclosureRequest {
  @Matches(NEW_ID)
  readonly disclosureId: string;

  @IsIn(STATES)
  readonly toState: StateCode;

  /** What allows it; the host can read it. */
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
  @IsIn(['who', 'where'], { each: true })
  readonly sections: readonly ('who' | 'where')[];
}
