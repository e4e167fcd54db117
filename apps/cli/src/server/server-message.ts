/** The key of one of the server's logs, as a trust store names it. */
export interface LogKey {
  readonly stream: string;
  readonly origin: string;
  readonly vkey: string;
}

/** What the server tells its parent over the channel between them. */
export type ServerMessage =
  | { readonly event: 'ready'; readonly url: string; readonly logs: readonly LogKey[] }
  | { readonly event: 'refused'; readonly reasons: readonly string[] };

/** The message, or `null` for anything that is not exactly one of the known ones. */
export function readServerMessage(message: unknown): ServerMessage | null {
  if (typeof message !== 'object' || message === null || !('event' in message)) {
    return null;
  }
  if (message.event === 'ready' && 'url' in message && isUrl(message.url)) {
    const logs = 'logs' in message ? message.logs : null;
    return isLogKeys(logs) ? { event: 'ready', url: message.url, logs } : null;
  }
  if (message.event === 'refused' && 'reasons' in message && isLines(message.reasons)) {
    return { event: 'refused', reasons: message.reasons };
  }
  return null;
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

function isLogKeys(value: unknown): value is readonly LogKey[] {
  return Array.isArray(value) && value.every(isLogKey);
}

function isLogKey(value: unknown): value is LogKey {
  const { stream, origin, vkey }: Partial<Record<keyof LogKey, unknown>> = Object(value);
  return typeof stream === 'string' && typeof origin === 'string' && typeof vkey === 'string';
}

function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}
