import type { Socket } from 'socket.io-client';

/**
 * Counts the frames of one event without decoding them, so that the load of a bench costs what a network card does and
 * not what a client does. Everything else goes its usual way.
 */
export function countFrames(socket: Socket, event: string): () => number {
  const start = `2["${event}"`;
  const { engine } = socket.io;
  const usual = engine.listeners('data');
  let count = 0;
  engine.off('data');
  engine.on('data', (data: unknown) => {
    if (typeof data === 'string' && data.startsWith(start)) count += 1;
    else for (const each of usual) each(data);
  });
  return () => count;
}
