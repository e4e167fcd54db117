import * as z from 'zod/mini';

// Validators are not compiled: the content security policy of the page and of the worker forbids it.
z.config({ jitless: true });

/** Version of what crosses between page and worker; both come from one build, so a difference is a fault. */
const VERSION = z.literal(1);

/** Ids and numbers of a problem; its text comes from the catalogue by `code`. */
const facts = z.record(z.string(), z.union([z.string(), z.number()]));

/** Page to worker. `id` grows by one with each call. */
export const callMessage = z.strictObject({
  v: VERSION,
  id: z.int().check(z.positive()),
  op: z.string(),
  args: z.unknown(),
});

/** A buffer travels by transfer: who sent it has it no longer. */
export const buffer = z.instanceof(ArrayBuffer);

/** Files that the worker made, to be saved, each with its hash. */
export const madeFiles = z.array(
  z.strictObject({ name: z.string(), sha256: z.string(), bytes: buffer }),
);

/** For which act, and with what, the worker asks the page for a passkey; the act waits for the answer. */
const presence = z.strictObject({
  v: VERSION,
  event: z.literal('presence'),
  action: z.string(),
  objectId: z.string(),
  rpId: z.string(),
  challenge: buffer,
  credentials: z.array(buffer),
});

/** What becomes of threads by itself: whether news come without asking, and which thread has some. */
const liveNews = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), isOpen: z.boolean() }),
  z.strictObject({ kind: z.literal('thread'), threadId: z.string() }),
  /** How far a file is; `name` as its author typed it. */
  z.strictObject({
    kind: z.literal('file'),
    threadId: z.string(),
    step: z.enum(['sealed', 'sent', 'fetched', 'opened']),
    name: z.string(),
    done: z.int(),
    total: z.int(),
  }),
]);

/** Worker to page: what became of a call, or what the worker says by itself. */
export const workerMessage = z.union([
  z.strictObject({ v: VERSION, id: z.int(), ok: z.literal(true), data: z.unknown() }),
  z.strictObject({
    v: VERSION,
    id: z.int(),
    ok: z.literal(false),
    problem: z.strictObject({ code: z.string(), facts }),
  }),
  /** `busy`: something was made durable; whoever waits for more is not waiting in vain. */
  z.strictObject({ v: VERSION, event: z.enum(['ready', 'taken-over', 'busy']) }),
  presence,
  z.strictObject({ v: VERSION, event: z.literal('news'), news: liveNews }),
]);

export type WorkerMessage = z.infer<typeof workerMessage>;
export type LiveNews = z.infer<typeof liveNews>;
export type PresenceAsked = Omit<z.infer<typeof presence>, 'v' | 'event'>;

export { z };
