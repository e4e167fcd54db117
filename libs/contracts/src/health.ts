/** `GET /health/live` and `/health/ready`; no detail, because strangers may ask. */
export interface HealthReport {
  readonly status: 'ok' | 'failing';
}
