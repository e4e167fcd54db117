import { concatBytes, equalBytes, utf8 } from '@enlace/kernel';

import { readText } from '../strict-text.js';
import { EvidenceMalformed } from '../tlog-error.js';
import { crc32 } from './crc32.js';

/**
 * The one layout of ZIP (APPNOTE 6.3.10) that a bundle has: every file stored and not compressed, names ascending, no
 * extra field, comment, gap or date, central directory at the end. Any tool opens it; nothing inflates, nothing can be
 * hidden between two headers, two readers never see two contents, and the same files give the same bytes.
 */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ZipLimits {
  readonly bytes: number;
  readonly files: number;
  /** The names that may stand in it; what else a ZIP can call a file is refused by the form. */
  readonly name: RegExp;
}

export interface OpenedZip {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files whose checksum is not that of their bytes: read on, but something happened to them. */
  readonly damaged: readonly string[];
}

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** What a reader must understand: 1.0, that is nothing. */
const VERSION = 10;
/** 1 January 1980: ZIP has no "no date". */
const NO_DATE = 0x0021;
const NAME_LIMIT_BYTES = 128;
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
    parts.push(localHeader(entry), bytes);
    directory.push(centralHeader(entry));
    offset += LOCAL_BYTES + entry.name.length + bytes.length;
  }
  const central = concatBytes(...directory);
  return concatBytes(...parts, central, endRecord(sorted.length, central.length, offset));
}

// Attacker-controlled: the whole file. Nothing is allocated by a claimed size, and each header is compared with the one
// that the layout prescribes.
/** The files of a bundle, as views of its bytes. Throws `tlog.evidence-malformed` for every other layout. */
export function readStoredZip(zip: Uint8Array, limits: ZipLimits): OpenedZip {
  if (zip.length > limits.bytes) throw new EvidenceMalformed('a bundle above its limit');
  const end = readEnd(zip, limits.files);
  const files = new Map<string, Uint8Array>();
  const damaged: string[] = [];
  let [at, offset, before] = [end.start, 0, ''];
  for (let entries = 0; entries < end.files; entries += 1) {
    const { name, crc, size } = readCentral(zip, at);
    const told = readText(name, NAME_LIMIT_BYTES, EvidenceMalformed);
    if (!limits.name.test(told)) throw new EvidenceMalformed('a name that no bundle has');
    if (told <= before) throw new EvidenceMalformed('names are not ascending');
    const entry = { name, crc, size, offset };
    expectBytes(zip, at, centralHeader(entry));
    const header = localHeader(entry);
    expectBytes(zip, offset, header);
    const start = offset + header.length;
    if (start + size > end.start) throw new EvidenceMalformed('a file beyond the directory');
    const bytes = zip.subarray(start, start + size);
    if (crc32(bytes) !== crc) damaged.push(told);
    files.set(told, bytes);
    [at, offset, before] = [at + CENTRAL_BYTES + name.length, start + size, told];
  }
  if (at !== zip.length - END_BYTES || offset !== end.start) {
    throw new EvidenceMalformed('bytes that belong to no file');
  }
  return { files, damaged };
}

interface Entry {
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

function localHeader({ name, crc, size }: Entry): Uint8Array {
  return concatBytes(layOut([[32, LOCAL], ...commonMembers({ name, crc, size })]), name);
}

function centralHeader(entry: Entry): Uint8Array {
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
function commonMembers({ name, crc, size }: Omit<Entry, 'offset'>) {
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

function endRecord(files: number, bytes: number, start: number): Uint8Array {
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

function readEnd(
  zip: Uint8Array,
  limit: number,
): { readonly files: number; readonly start: number } {
  const at = zip.length - END_BYTES;
  if (at < 0) throw new EvidenceMalformed('too short for a bundle');
  const view = viewOf(zip);
  const [files, start] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
  if (files > limit) throw new EvidenceMalformed('a bundle of too many files');
  if (start > at) throw new EvidenceMalformed('a directory beyond the end');
  expectBytes(zip, at, endRecord(files, at - start, start));
  return { files, start };
}

function readCentral(zip: Uint8Array, at: number): Omit<Entry, 'offset'> {
  if (at + CENTRAL_BYTES > zip.length) throw new EvidenceMalformed('a directory that ends early');
  const view = viewOf(zip);
  const end = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  return {
    name: zip.subarray(at + CENTRAL_BYTES, end),
    crc: view.getUint32(at + 16, true),
    size: view.getUint32(at + 24, true),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function expectBytes(zip: Uint8Array, at: number, expected: Uint8Array): void {
  if (!equalBytes(zip.subarray(at, at + expected.length), expected)) {
    throw new EvidenceMalformed('not the layout of a bundle');
  }
}
