import { connect } from 'node:net';

/**
 * Sends bytes as they are and returns everything that came back until the server closed the connection; fails after
 * `waitMs`, because a connection that stays open answers the question too.
 */
export async function sendRaw(
  port: number,
  parts: readonly (string | Uint8Array)[],
  waitMs = 10_000,
): Promise<string> {
  const received: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server kept the connection open for ${waitMs} ms`));
    }, waitMs);
    socket.on('connect', () => {
      for (const part of parts) socket.write(part);
    });
    socket.on('data', (chunk) => received.push(chunk));
    // A reset while we still write is an end like any other; what came before it counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(received).toString('latin1'));
    });
  });
}

/** The problem in the last answer of a raw exchange. */
export function problemIn(answer: string): { status: number; code: string } {
  const body = answer.slice(answer.lastIndexOf('\r\n\r\n') + 4);
  const problem: { status: number; code: string } = JSON.parse(body);
  return problem;
}
