import { BundleMalformed } from '../tlog-error.js';
import { TILE_WIDTH } from './tile-path.js';

/** An entry's length is a u16 (C2SP tlog-tiles, "Log entries"). */
const ENTRY_LIMIT_BYTES = 0xffff;
const LENGTH_BYTES = 2;

/** C2SP tlog-tiles: each entry behind its length, u16 big-endian. 1 to 256 entries. */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  assertWidth(entries.length);
  const total = entries.reduce((length, entry) => length + LENGTH_BYTES + entry.length, 0);
  const bundle = new Uint8Array(total);
  const view = new DataView(bundle.buffer);
  let offset = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_LIMIT_BYTES)
      throw new BundleMalformed('an entry is above 65,535 bytes');
    view.setUint16(offset, entry.length);
    bundle.set(entry, offset + LENGTH_BYTES);
    offset += LENGTH_BYTES + entry.length;
  }
  return bundle;
}

// Attacker-controlled: whatever a server answers. No length is believed before its bytes are seen.
/** Exactly `width` entries, views into the bundle, and no byte more. Throws `tlog.bundle-malformed`. */
export function parseEntryBundle(bundle: Uint8Array, width: number): readonly Uint8Array[] {
  assertWidth(width);
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (entries.length < width) {
    const start = offset + LENGTH_BYTES;
    const end = start > bundle.length ? start : start + view.getUint16(offset);
    if (end > bundle.length) throw new BundleMalformed('the bundle ends inside an entry');
    entries.push(bundle.subarray(start, end));
    offset = end;
  }
  if (offset !== bundle.length)
    throw new BundleMalformed('the bundle goes on after its last entry');
  return entries;
}

function assertWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new BundleMalformed('a bundle has 1 to 256 entries');
  }
}
