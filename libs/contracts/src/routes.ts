/** Paths below `PUBLIC_ORIGIN`. Ids only in paths, nothing secret in a URL. */
export const ROUTES = {
  healthLive: '/health/live',
  healthReady: '/health/ready',
  openApi: '/api/openapi.json',
  problemPage: '/problems/:code',
  socket: '/socket',
  authorityStatements: '/authorities/statements',
  directoryCards: '/directory/cards',
  directoryStatements: '/directory/statements',
  offices: '/offices',
} as const;
