import type { ServerConfig } from '../config/config.js';

/** Two years, with the subdomains: the client's host is one of them. */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/**
 * Headers of every answer of the API, refusals included. A handler that serves something else (immutable tiles, files
 * of the client) sets its own value first and keeps it. Strict-Transport-Security is sent only where the public
 * origin is TLS (RFC 6797, section 7.2).
 */
export function securityHeaders(config: ServerConfig): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(config.publicOrigin?.startsWith('https:')
      ? { 'strict-transport-security': STRICT_TRANSPORT }
      : {}),
  };
}
