import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';

import { STATES, type State } from '../states.js';

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

/** A page of cases, after the given one. */
export class CasesQuery {
  @IsOptional()
  @IsUUID()
  @Matches(UUID_7)
  readonly after?: string;
}
