import { pino, type DestinationStream } from 'pino';

/**
 * All that a log line can carry. There is no member for bodies, queries, headers, addresses, tokens or messages of
 * errors, and `createLog` drops whatever else reaches it at run time: a line cannot hold what has no member here.
 */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The template (`/problems/:code`), never the path that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly code?: string;
  /** Class of an error, its code, and the places it passed through; never its message. */
  readonly error?: string;
  readonly errorCode?: string;
  readonly stack?: string;
  readonly url?: string;
  readonly setting?: string;
  readonly signal?: string;
  readonly source?: string;
  readonly count?: number;
  /** The public key of one of our own logs, as a trust store names it. */
  readonly vkey?: string;
  /** A sentence that our own code writes while the server starts or stops, when no input is near. */
  readonly note?: string;
}

/** Structured log: JSON lines with a fixed event name and allow-listed fields. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const ALLOWED = {
  requestId: true,
  method: true,
  route: true,
  status: true,
  durationMs: true,
  code: true,
  error: true,
  errorCode: true,
  stack: true,
  url: true,
  setting: true,
  signal: true,
  source: true,
  count: true,
  vkey: true,
  note: true,
} as const satisfies Readonly<Record<keyof LogFields, true>>;

/**
 * Writes to standard output unless another stream is given. Lines are written at once: none is lost when the process
 * ends.
 */
export function createLog(level: keyof Log, destination?: DestinationStream): Log {
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: keepAllowed },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const write =
    (at: keyof Log) =>
    (event: string, fields: LogFields = {}): void =>
      lines[at](fields, event);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

function keepAllowed(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([name, value]) =>
        Object.hasOwn(ALLOWED, name) && (typeof value === 'string' || typeof value === 'number'),
    ),
  );
}
