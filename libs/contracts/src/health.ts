/** `GET /deployment`. */
export interface DeploymentShown {
  /** A server of invented people on this machine: a page offers them. */
  readonly isDemo: boolean;
}

/** `GET /health/live` and `/health/ready`; no detail, because strangers may ask. */
export interface HealthReport {
  /** `degraded`: serves, while its log is behind. `recovery`: a log is halted, the States decide how it goes on. */
  readonly status: 'ok' | 'degraded' | 'recovery' | 'failing';
}
