import {
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  ValidateIf,
} from 'class-validator';

import { STATES, type State } from '../states.js';
import { REQUEST_STATUSES, type RequestStatus } from './moves.js';

/** The number of a letter: no room for a name or a sentence. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$/;
const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** A day of this century that exists; every fourth year is a leap year in it. */
const DAY = new RegExp(
  [
    /^20\d{2}-(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])$/,
    /^20\d{2}-(?:0[469]|11)-(?:0[1-9]|[12]\d|30)$/,
    /^20\d{2}-02-(?:0[1-9]|1\d|2[0-8])$/,
    /^20(?:[02468][048]|[13579][26])-02-29$/,
  ]
    .map(({ source }) => source)
    .join('|'),
);
const SHA_256 = /^[A-Za-z0-9_-]{43}$/;

/** A request that begins as a draft; its id is random and made by the client, so that it tells no time. */
export class CreateRequestRequest {
  @IsString()
  @Matches(UUID_4)
  readonly requestId: string;

  @IsIn(STATES)
  readonly requestedState: State;

  @IsOptional()
  @IsString()
  @Matches(UUID_4)
  readonly previousRequestId?: string;
}

/** A step of a request. `from` is where the client believes it to stand. */
export class RequestStatusRequest {
  @IsIn(REQUEST_STATUSES)
  readonly from: RequestStatus;

  @IsIn(REQUEST_STATUSES)
  readonly to: RequestStatus;

  @IsOptional()
  @IsString()
  @Matches(REFERENCE)
  readonly formalReference?: string;

  @IsOptional()
  @IsString()
  @Matches(SHA_256)
  readonly versionHash?: string;

  @IsOptional()
  @IsBoolean()
  readonly reported?: boolean;
}

/** The next day on which somebody is reminded; null takes it away. */
export class RequestReminderRequest {
  @ValidateIf((request: RequestReminderRequest) => request.nextReminderOn !== null)
  @IsString()
  @Matches(DAY)
  readonly nextReminderOn: string | null;
}

/** A page of requests, after the given one. */
export class RequestsQuery {
  @IsOptional()
  @IsUUID()
  @Matches(UUID_4)
  readonly after?: string;
}
