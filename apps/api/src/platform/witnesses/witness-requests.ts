import { NOTE_LIMITS } from '@enlace/tlog';

/** A witness that does not answer in this time is asked again in the next round. */
const ANSWER_MS = 10_000;

export interface WitnessReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** C2SP tlog-witness, `POST <url>/add-checkpoint`. Rejects when no answer comes. */
export async function addCheckpoint(url: string, body: Uint8Array): Promise<WitnessReply> {
  return ask(`${url}/add-checkpoint`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: Uint8Array.from(body),
  });
}

/** What a witness holds of a log, by the hash of its origin. Rejects when no answer comes. */
export async function askForCheckpoint(url: string, originHash: string): Promise<WitnessReply> {
  return ask(`${url}/${originHash}/checkpoint`, { method: 'GET' });
}

async function ask(url: string, request: RequestInit): Promise<WitnessReply> {
  // oxlint-disable-next-line no-restricted-globals -- the server's one call to others: witnesses
  const response = await fetch(url, {
    ...request,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  return { status: response.status, body: await readAtMost(response, NOTE_LIMITS.bytes) };
}

// Attacker-controlled: a witness answers what it likes, and as long as it likes.
async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > limit) throw new RangeError('a witness answers too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
