/** Paths below `PUBLIC_ORIGIN`. Ids only in paths, nothing secret in a URL. */
export const ROUTES = {
  healthLive: '/health/live',
  healthReady: '/health/ready',
  openApi: '/api/openapi.json',
  problemPage: '/problems/:code',
  socket: '/socket',
} as const;
