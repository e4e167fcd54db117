import {
  crc32,
  equalBytes,
  zipCentralHeader,
  zipEndRecord,
  zipLocalHeader,
  type ZipEntry,
} from '@enlace/kernel';

import { readText } from '../strict-text.js';
import { EvidenceMalformed } from '../tlog-error.js';

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

const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const NAME_LIMIT_BYTES = 128;

// Attacker-controlled: the whole file. Nothing is allocated by a claimed size, and each header is compared with the one
// that the layout prescribes.
/**
 * The files of a bundle in the one layout that `writeStoredZip` of the kernel writes, as views of its bytes. Throws
 * `tlog.evidence-malformed` for every other layout.
 */
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
    expectBytes(zip, at, zipCentralHeader(entry));
    const header = zipLocalHeader(entry);
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
  expectBytes(zip, at, zipEndRecord(files, at - start, start));
  return { files, start };
}

function readCentral(zip: Uint8Array, at: number): Omit<ZipEntry, 'offset'> {
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
