export {
  auditEventTypes,
  isAuditEventType,
  type AuditEventType,
  type AuditObject,
} from './audit/event-types.js';
export type { HealthReport } from './health.js';
export {
  RATE_LIMITS,
  SIZE_LIMITS,
  TIME_LIMITS,
  type RateLimit,
  type RateLimitClass,
} from './limits.js';
export { isProblemCode, PROBLEMS, type ProblemCode } from './problem-catalogue.js';
export { PROBLEM_MEDIA_TYPE, type Problem } from './problem.js';
export { ROUTES } from './routes.js';
export { SERVER_EVENTS, type SocketAnswer } from './socket.js';
export { REGIONAL_AUTHORITY, STATES, type State, type StateCode } from './states.js';
