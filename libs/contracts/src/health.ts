/** `GET /health/live` and `/health/ready`; no detail, because strangers may ask. */
export interface HealthReport {
  /** `degraded`: serves, while its log is behind. */
  readonly status: 'ok' | 'degraded' | 'failing';
}
