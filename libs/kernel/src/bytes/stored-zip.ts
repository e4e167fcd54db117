import { concatBytes, utf8 } from './bytes.js';
import { crc32 } from './crc32.js';

/**
 * The one layout of ZIP (APPNOTE 6.3.10) that this product writes: every file stored and not compressed, names
 * ascending, no extra field, comment, gap or date, central directory at the end. Any tool opens it; nothing inflates,
 * nothing can be hidden between two headers, two readers never see two contents, the same files give the same bytes.
 */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL_BYTES = 30;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** What a reader must understand: 1.0, that is nothing. */
const VERSION = 10;
/** 1 January 1980: ZIP has no "no date". */
const NO_DATE = 0x0021;
/** Beyond it the counts of the directory need ZIP64. */
const ZIP_FILES = 0xffff;

/** The ZIP of these files. Throws `RangeError` for a name that stands twice and for what would need ZIP64. */
export function writeStoredZip(files: readonly ZipFile[]): Uint8Array<ArrayBuffer> {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (sorted.some(({ name }, at) => name === sorted[at + 1]?.name) || files.length >= ZIP_FILES) {
    throw new RangeError('files that one ZIP cannot hold');
  }
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of sorted) {
    const entry = { name: utf8(name), crc: crc32(bytes), size: bytes.length, offset };
    parts.push(zipLocalHeader(entry), bytes);
    directory.push(zipCentralHeader(entry));
    offset += LOCAL_BYTES + entry.name.length + bytes.length;
  }
  const central = concatBytes(...directory);
  return concatBytes(...parts, central, zipEndRecord(sorted.length, central.length, offset));
}

/** A stored file as both of its headers tell it. */
export interface ZipEntry {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** `u` numbers of 16 or 32 bits, little-endian, one after the other. */
function layOut(numbers: readonly (readonly [16 | 32, number])[]): Uint8Array {
  const length = numbers.reduce((sum, [bits]) => sum + bits / 8, 0);
  const view = new DataView(new ArrayBuffer(length));
  let at = 0;
  for (const [bits, number] of numbers) {
    if (bits === 16) view.setUint16(at, number, true);
    else view.setUint32(at, number, true);
    at += bits / 8;
  }
  return new Uint8Array(view.buffer);
}

/** The header in front of the bytes of a file. */
export function zipLocalHeader({ name, crc, size }: ZipEntry): Uint8Array {
  return concatBytes(layOut([[32, LOCAL], ...commonMembers({ name, crc, size })]), name);
}

/** The entry of a file in the directory. */
export function zipCentralHeader(entry: ZipEntry): Uint8Array {
  const numbers = layOut([
    [32, CENTRAL],
    [16, VERSION],
    ...commonMembers(entry),
    ...[0, 0, 0].map((zero) => [16, zero] as const),
    [32, 0],
    [32, entry.offset],
  ]);
  return concatBytes(numbers, entry.name);
}

/** What both headers of a file say: version, flags, method, time, date, checksum, sizes, lengths. */
function commonMembers({ name, crc, size }: Omit<ZipEntry, 'offset'>) {
  return [
    [16, VERSION],
    [16, 0],
    [16, 0],
    [16, 0],
    [16, NO_DATE],
    [32, crc],
    [32, size],
    [32, size],
    [16, name.length],
    [16, 0],
  ] as const;
}

/** What stands at the end: how many files, and where their directory is. */
export function zipEndRecord(files: number, bytes: number, start: number): Uint8Array {
  return layOut([
    [32, END],
    [16, 0],
    [16, 0],
    [16, files],
    [16, files],
    [32, bytes],
    [32, start],
    [16, 0],
  ]);
}
