import { IsIn, Matches } from 'class-validator';

import { MayBeAbsent } from '../../may-be-absent.js';
import { AUDIT_VIEWS, type AuditViewName } from './views.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** `:view` of `/audit/views/:view`. */
export class AuditViewParams {
  @IsIn(AUDIT_VIEWS)
  readonly view: AuditViewName;
}

/** Of whom or what, and when. */
export class AuditViewQuery {
  @MayBeAbsent()
  @Matches(UUID)
  readonly case?: string;

  @MayBeAbsent()
  @Matches(UUID)
  readonly actor?: string;

  @MayBeAbsent()
  @Matches(UUID)
  readonly request?: string;

  @MayBeAbsent()
  @Matches(INSTANT)
  readonly from?: string;

  @MayBeAbsent()
  @Matches(INSTANT)
  readonly to?: string;
}
