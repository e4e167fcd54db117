import { systemRandom, toBase64Url } from '@enlace/kernel';
import { io, type Socket } from 'socket.io-client';

import { startBenchProcess } from './bench-process.js';
import { countFrames } from './light-socket.js';
import type { Shape, Side } from './side.js';

/** Bare socket.io; with a database, one durable row for each message before it is told. */
export async function startBaseline(
  name: string,
  { members, senders, text }: Shape,
  databaseUrl?: string,
): Promise<Side> {
  const args = databaseUrl === undefined ? [] : [databaseUrl];
  const server = await startBenchProcess('./baseline-sockets.ts', args);
  const sockets: Socket[] = [];
  for (let at = 0; at < members; at += 1) {
    const socket = io(server.url, { transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve) => void socket.once('connect', resolve));
    sockets.push(socket);
  }
  // Those who send and the one that is observed decode what comes, as on the other side.
  let decoded = 0;
  for (const socket of [...sockets.slice(0, senders), ...sockets.slice(-1)]) {
    socket.on('entry', () => (decoded += 1));
  }
  const counts = sockets.slice(senders, -1).map((socket) => countFrames(socket, 'entry'));
  return {
    name,
    usage: async () => server.usage(),
    send: async (by, sent) => {
      const key = `${toBase64Url(systemRandom.bytes(12))}${text}`.slice(0, text.length);
      sent(key);
      await sockets[by]?.timeout(30_000).emitWithAck('append', key);
    },
    delivered: () => counts.reduce((sum, count) => sum + count(), decoded),
    observe: (hear) => {
      sockets.at(-1)?.on('entry', ({ entry }: { entry: string }) => hear(entry));
    },
    end: async () => {
      for (const socket of sockets) socket.disconnect();
      await server.end();
    },
  };
}
