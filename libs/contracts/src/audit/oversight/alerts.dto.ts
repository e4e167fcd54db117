import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

import { ALERT_STEPS, type AlertStep } from './alerts.js';

/** `GET /audit/alerts`. */
export class AlertsQuery {
  @IsOptional()
  @IsIn(ALERT_STEPS)
  readonly step?: AlertStep;
}

/** `POST /audit/alerts/:id/transitions`. */
export class AlertTransitionRequest {
  @IsIn(['acknowledged', 'closed'])
  readonly step: 'acknowledged' | 'closed';

  /** Why; the host can read it. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(/^\P{C}+$/u)
  readonly reason?: string;
}
