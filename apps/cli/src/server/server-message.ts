/** What the server tells its parent over the channel between them. */
export type ServerMessage =
  | { readonly event: 'ready'; readonly url: string }
  | { readonly event: 'refused'; readonly reasons: readonly string[] };

/** The message, or `null` for anything that is not exactly one of the known ones. */
export function readServerMessage(message: unknown): ServerMessage | null {
  if (typeof message !== 'object' || message === null || !('event' in message)) {
    return null;
  }
  if (message.event === 'ready' && 'url' in message && isUrl(message.url)) {
    return { event: 'ready', url: message.url };
  }
  if (message.event === 'refused' && 'reasons' in message && isLines(message.reasons)) {
    return { event: 'refused', reasons: message.reasons };
  }
  return null;
}

function isUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '');
}

function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}
