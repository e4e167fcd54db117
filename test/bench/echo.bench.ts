import { cpus } from 'node:os';

import autocannon from 'autocannon';
import { fastify } from 'fastify';

import { startServer } from '../support/api-server.js';
import { EchoFeature } from '../support/echo.feature.js';

/** Slices of each side; they alternate, so that whatever else the machine does meets both. */
const SLICES = 5;
const SLICE_SECONDS = 2;
const WARM_UP_SECONDS = 1;
const CONNECTIONS = 10;
/** Addresses that requests come from: enough that no bucket of the rate limit ever runs dry. */
const ADDRESSES = 2_000;

const BODY = JSON.stringify({ text: 'solicitud de asistencia '.repeat(40), count: 7 });

interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly perSecond: number[];
  readonly p99Ms: number[];
}

const requests = Array.from({ length: ADDRESSES }, (_, at) => ({
  method: 'POST' as const,
  path: '/test/echo',
  headers: {
    'content-type': 'application/json',
    'sec-fetch-site': 'same-origin',
    'x-forwarded-for': `10.0.${at >> 8}.${at & 255}`,
  },
  body: BODY,
}));

async function slice(contestant: Contestant, seconds: number): Promise<void> {
  const result = await autocannon({
    url: contestant.url,
    connections: CONNECTIONS,
    duration: seconds,
    workers: 1, // a thread of its own, so that the servers keep theirs
    requests,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${contestant.name}: ${result.non2xx} refusals, ${result.errors} errors`);
  }
  contestant.perSecond.push(result.requests.average);
  contestant.p99Ms.push(result.latency.p99);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A validated echo through the whole door against bare Fastify. Times tell of the machine; the ratio is the result. */
async function benchEcho(): Promise<void> {
  const api = await startServer(
    { TRUSTED_PROXIES: '127.0.0.1,::1' },
    { forTestsOnlyFeatures: [EchoFeature] },
  );
  const bare = fastify();
  bare.post('/test/echo', (request, reply) => reply.send(request.body));
  const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' });
  const ours: Contestant = {
    name: 'enlace',
    url: `http://127.0.0.1:${api.port}`,
    perSecond: [],
    p99Ms: [],
  };
  const base: Contestant = { name: 'bare fastify', url: bareUrl, perSecond: [], p99Ms: [] };
  try {
    for (const contestant of [ours, base]) {
      await slice({ ...contestant, perSecond: [], p99Ms: [] }, WARM_UP_SECONDS);
    }
    for (let round = 0; round < SLICES; round += 1) {
      for (const contestant of round % 2 === 0 ? [ours, base] : [base, ours]) {
        await slice(contestant, SLICE_SECONDS);
      }
    }
  } finally {
    await bare.close();
    await api.close();
  }
  report(ours, base);
}

function report(ours: Contestant, base: Contestant): void {
  const machine = `${cpus().length} cores, Node ${process.version}`;
  const row = ({ name, perSecond, p99Ms }: Contestant): string => {
    const rate = String(Math.round(median(perSecond))).padStart(11);
    return `${name.padEnd(14)}${rate}${String(median(p99Ms)).padStart(9)}`;
  };
  const ratio = median(ours.perSecond) / median(base.perSecond);
  const lines = [
    `validated echo of ${Buffer.byteLength(BODY)} B, ${CONNECTIONS} connections, medians of ${SLICES} slices, ${machine}`,
    'server         requests/s   p99 ms',
    row(ours),
    row(base),
    `ratio ${ratio.toFixed(2)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await benchEcho();
