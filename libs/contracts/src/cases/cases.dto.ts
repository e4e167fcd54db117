import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
} from 'class-validator';

import { MayBeAbsent } from '../may-be-absent.js';
import { IdParams } from '../people/people.dto.js';
import { STATES, type State } from '../states.js';
import { CASE_LIMITS, CASE_ROLES, type CaseShown } from './cases.js';

/** Of an instrument or a kind of case: no room for names of people. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;
const UUID_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A case that begins; its id is made by the client. */
export class OpenCaseRequest {
  @IsString()
  @Matches(UUID_7)
  readonly caseId: string;

  @IsString()
  @Matches(CODE)
  readonly caseType: string;

  @IsString()
  @Matches(CODE)
  readonly legalBasis: string;
}

/** A State that takes part from now on. */
export class CaseStateRequest {
  @IsIn(STATES)
  readonly newState: State;
}

/** Codes of a case that change; one at least. */
export class CaseChangeRequest {
  @MayBeAbsent()
  @IsString()
  @Matches(CODE)
  readonly caseType?: string;

  @MayBeAbsent()
  @IsString()
  @Matches(CODE)
  readonly legalBasis?: string;
}

/** Who is a member of the case from now on, or its steward. */
export class CaseMemberRequest {
  @IsString()
  @IsUUID()
  readonly memberId: string;

  @IsIn(CASE_ROLES)
  readonly newRole: CaseShown['role'];
}

export class CaseMemberParams extends IdParams {
  @IsUUID()
  readonly memberId: string;
}

export class CaseStateParams extends IdParams {
  @IsIn(STATES)
  readonly stateCode: State;
}

/** Why a case is held, or is held no more, with what other persons have signed for exactly this act. */
export class CaseHoldRequest {
  @IsString()
  @Matches(CODE)
  readonly basis: string;

  @IsArray()
  @ArrayMaxSize(CASE_LIMITS.approvals)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(CASE_LIMITS.approval, { each: true })
  readonly approvals: readonly string[];
}

/** A page of cases, after the given one. */
export class CasesQuery {
  @IsOptional()
  @IsUUID()
  @Matches(UUID_7)
  readonly after?: string;
}
