import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { newId, systemClock, systemRandom } from '@enlace/kernel';
import { MemoryTiles, nodeTlogCrypto, type FreshDatabase } from '@enlace/testing';
import {
  EMPTY_EDGE,
  encodeLeaf,
  extendTiles,
  formatCheckpoint,
  formatEntryBundle,
  hashLeaf,
  parseTilePath,
  signNote,
  type NoteSigner,
} from '@enlace/tlog';

function tree(leaves: readonly Uint8Array[]) {
  const hashes = leaves.map((leaf) => hashLeaf(nodeTlogCrypto, leaf));
  return extendTiles(nodeTlogCrypto, EMPTY_EDGE, hashes);
}

/** A server that has the key of a log, and tells another story with it. */
export async function serveHistory(signer: NoteSigner, size: number) {
  const leaves = Array.from({ length: size }, () =>
    encodeLeaf({
      kind: 'act',
      occurredAtMs: 1,
      eventId: newId(systemClock, systemRandom),
      commitment: systemRandom.bytes(32),
    }),
  );
  const { tiles, root } = tree(leaves);
  const rows = new MemoryTiles();
  rows.store(tiles);
  const note = signNote(formatCheckpoint({ origin: signer.key.name, size, root }), signer);
  const answer = async (path: string): Promise<Uint8Array | null> => {
    if (path.endsWith('/checkpoint')) return note;
    const at = path.indexOf('tile/');
    if (at === -1) return null;
    const address = parseTilePath(path.slice(at));
    if (address.kind === 'hashes') return rows.readTile(address);
    const first = address.index * 256;
    return formatEntryBundle(leaves.slice(first, first + address.width));
  };
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      response.end(JSON.stringify({ ticket: 'any' }));
      return;
    }
    const send = async (): Promise<void> => {
      const body = await answer(request.url ?? '');
      response.writeHead(body === null ? 404 : 200);
      response.end(body ?? '');
    };
    send().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Changes one leaf of the audit log in the tables, and every hash above it; all but the signature then agrees. */
export async function rewriteHistory(database: FreshDatabase, index: number): Promise<void> {
  const audit = `(SELECT log_id FROM audit.streams WHERE stream = 'audit')`;
  await database.asAdmin(
    `UPDATE audit.log_entries SET leaf = set_byte(leaf, 57, get_byte(leaf, 57) # 1)
      WHERE log_id = ${audit} AND index = $1`,
    [index],
  );
  const rows = await database.asAdmin(
    `SELECT leaf FROM audit.log_entries WHERE log_id = ${audit} ORDER BY index`,
  );
  const leaves = rows.map(({ leaf }) => (leaf instanceof Uint8Array ? leaf : new Uint8Array()));
  const { tiles, root } = tree(leaves);
  for (const { level, index: n, hashes } of tiles) {
    await database.asAdmin(
      `UPDATE audit.log_tiles SET hashes = $3 WHERE log_id = ${audit} AND level = $1 AND n = $2`,
      [level, n, Buffer.from(hashes)],
    );
  }
  await database.asAdmin(`UPDATE audit.logs SET root = $1 WHERE log_id = ${audit}`, [
    Buffer.from(root),
  ]);
}
