import { TILE_WIDTH, type TileAddress } from '@enlace/tlog';
import { PartMissing, type ServedLog } from '../log/log-reader.js';

/**
 * The first entry of a bundle that the server does not have: a bundle is served whole or not at all, and every
 * narrower
 * one of a signed tree must be there, so halving tells the place. For a tile of hashes, the first entry below it.
 */
export async function firstMissingEntry(log: ServedLog, address: TileAddress): Promise<number> {
  const { index, width } = address;
  if (address.kind === 'hashes') return index * TILE_WIDTH ** (address.level + 1);
  let [have, want] = [0, width];
  while (want - have > 1) {
    const middle = have + Math.floor((want - have) / 2);
    if (await isServed(log, { index, width: middle })) have = middle;
    else want = middle;
  }
  return index * TILE_WIDTH + have;
}

async function isServed(
  log: ServedLog,
  bundle: { readonly index: number; readonly width: number },
): Promise<boolean> {
  try {
    await log.readBundle(bundle);
    return true;
  } catch (error) {
    if (error instanceof PartMissing) return false;
    throw error;
  }
}
