export { RETRY_DELAY_MS, retryDelayMs } from './retry-delay.js';
export { serverProblem, ServerProblem, UNKNOWN_PROBLEM } from './server-problem.js';
