// Started by the bench of fan-out as a process of its own: bare socket.io, which hands every message to every socket;
// with a database it is durable before that, in order, by one INSERT and commit each on one connection.
import { createServer } from 'node:http';

import pg from 'pg';
import { Server } from 'socket.io';

import { portOf } from '../../../apps/api/src/platform/http/port-of.js';

const [databaseUrl] = process.argv.slice(2);
const database =
  databaseUrl === undefined ? null : new pg.Client({ connectionString: databaseUrl });
await database?.connect();

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
let seq = 0;
let before: Promise<unknown> = Promise.resolve();

interface Message {
  readonly text: string;
  readonly done: (answer: object) => void;
}

function deliver(text: string, done: (answer: object) => void): void {
  seq += 1;
  io.emit('entry', { seq, entry: text });
  done({ ok: true });
}

/** One after the other: its row is committed before it is told. */
async function keep(last: Promise<unknown>, client: pg.Client, { text, done }: Message) {
  await last;
  await client.query('INSERT INTO public.messages (body) VALUES ($1)', [text]);
  deliver(text, done);
}

io.on('connection', (socket) => {
  socket.on('append', (text: string, done: (answer: object) => void) => {
    if (database === null) {
      deliver(text, done);
      return;
    }
    before = keep(before, database, { text, done });
  });
});
process.on('message', (asked) => {
  if (asked !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, rss: process.memoryUsage.rss() });
});
process.once('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  const port = portOf(http);
  process.send?.({ url: `http://localhost:${port}` });
});
