import { cpus } from 'node:os';

import { SeatedDevice, seatOf } from '../support/sessions/seated-device.js';
import { SocketClients } from '../support/sessions/socket-clients.js';
import { startTwoNodes, type TwoNodes } from '../support/sessions/two-nodes.js';

const SOCKETS = 50;
const ROUNDS = 4;

const REVOKE_SQL = `
WITH told AS (UPDATE app.revocation_epoch SET epoch = epoch + 1)
UPDATE app.sessions SET revoked_at = now(), ended_cause = 'revoked' WHERE revoked_at IS NULL AND person_id = $1`;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Milliseconds from the commit of a revocation to the end of each of fifty sockets on two nodes. */
async function aRound({ nodes, database }: TwoNodes): Promise<readonly number[]> {
  const clients = nodes.map((node) => new SocketClients(node));
  const endings: Promise<number>[] = [];
  for (let at = 0; at < SOCKETS; at += 1) {
    const [node, client] = [nodes[at % 2], clients[at % 2]];
    if (node === undefined || client === undefined) throw new Error('two nodes');
    const socket = await client.connect(await SeatedDevice.at(node, seatOf('cr-rosa')));
    endings.push(new Promise((resolve) => socket.once('disconnect', () => resolve(nowMs()))));
  }
  await database.asAdmin(REVOKE_SQL, [seatOf('cr-rosa').personId]);
  const committedAt = nowMs();
  return (await Promise.all(endings)).map((endedAt) => endedAt - committedAt);
}

const region = await startTwoNodes();
try {
  const all: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) all.push(...(await aRound(region)));
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(0);
  process.stdout.write(
    `revocation, commit to last byte: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms ` +
      `(${ROUNDS} x ${SOCKETS} sockets on two nodes, ${cpus().length} cores, Node ${process.version})\n`,
  );
} finally {
  await region.close();
}
