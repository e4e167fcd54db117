import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

import { MayBeAbsent } from '../../may-be-absent.js';
import { REGIONAL_AUTHORITY, STATES, type StateCode } from '../../states.js';
import { AUDIT_SEARCH_LIMITS } from './searches.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** What is searched for; each member narrows it. A body, because addresses hold ids only. */
export class AuditSearchRequest {
  /** The person who acted; finds what the section `who` shows to whoever asks. */
  @MayBeAbsent()
  @Matches(UUID)
  readonly actor?: string;

  @MayBeAbsent()
  @Matches(UUID)
  readonly case?: string;

  @MayBeAbsent()
  @Matches(UUID)
  readonly thread?: string;

  @MayBeAbsent()
  @Matches(UUID)
  readonly request?: string;

  /** What the event is about: a UUID, or the name of what has none. */
  @MayBeAbsent()
  @IsString()
  @Matches(/^[A-Za-z0-9._:/-]{1,200}$/)
  readonly object?: string;

  /** One type, or all of an object: `session.opened`, `session.*`. */
  @MayBeAbsent()
  @IsString()
  @Matches(/^[a-z]+(?:-[a-z]+)*\.(?:\*|[a-z]+(?:-[a-z]+)*)$/)
  @MaxLength(64)
  readonly type?: string;

  /** A State that takes part. */
  @MayBeAbsent()
  @IsIn([...STATES, REGIONAL_AUTHORITY])
  readonly state?: StateCode;

  @MayBeAbsent()
  @IsIn(['success', 'denied', 'failed'])
  readonly outcome?: 'success' | 'denied' | 'failed';

  @MayBeAbsent()
  @IsIn(['server', 'client', 'operator'])
  readonly observedBy?: 'server' | 'client' | 'operator';

  /** From here on. */
  @MayBeAbsent()
  @Matches(INSTANT)
  readonly from?: string;

  /** Before this moment. */
  @MayBeAbsent()
  @Matches(INSTANT)
  readonly to?: string;

  /** The beginning of an address, as it is written; finds what the section `where` shows to whoever asks. */
  @MayBeAbsent()
  @Matches(/^[0-9a-f.:]{1,45}$/)
  readonly ipPrefix?: string;

  /** `sessionRef` of the section `who`. */
  @MayBeAbsent()
  @Matches(/^[\w-]{43}$/)
  readonly session?: string;

  /** The id of a request: everything that was recorded of it. */
  @MayBeAbsent()
  @Matches(UUID)
  readonly correlation?: string;

  /** Part of the reason of an administrative act. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(AUDIT_SEARCH_LIMITS.textCharacters)
  @Matches(/^\P{C}{2,}$/u)
  readonly text?: string;

  /** Of the page before, of this very search. */
  @MayBeAbsent()
  @Matches(/^[\w-]{64}$/)
  readonly cursor?: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(AUDIT_SEARCH_LIMITS.rows)
  readonly limit?: number;
}
