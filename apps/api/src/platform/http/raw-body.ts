/** What the parser of bodies saw of a request, kept for as long as the request object lives. */
interface SeenBody {
  readonly bytes: Uint8Array;
  readonly refusal: Error | null;
}

const NOTHING: SeenBody = { bytes: new Uint8Array(), refusal: null };
const bodies = new WeakMap<object, SeenBody>();

/** Called once for each request, by the parser. */
export function keepRawBody(request: object, body: SeenBody): void {
  bodies.set(request, body);
}

/** The bytes as received, which a proof covers; none when there was no body. */
export function rawBodyOf(request: object): Uint8Array {
  return (bodies.get(request) ?? NOTHING).bytes;
}

/**
 * Throws why the body could not be read. Asked by the guard after the proof: a proven device's number is used up by the
 * refusal, whatever it sent.
 */
export function assertReadableBody(request: object): void {
  const { refusal } = bodies.get(request) ?? NOTHING;
  if (refusal !== null) throw refusal;
}
