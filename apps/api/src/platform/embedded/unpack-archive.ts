import { chmod, mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupRefusal } from '../config/startup-refusal.js';
import type { DataFolder } from '../database/data-folder.js';
import { give } from './embedded-cluster.js';

const BLOCK_BYTES = 512;
const COPY_BYTES = 1024 * 1024;
/** Where the members of a header lie: from, to. */
const NAME = [0, 100] as const;
const MODE = [100, 108] as const;
const SIZE = [124, 136] as const;
const CHECKSUM = [148, 156] as const;
const KIND_AT = 156;
const KIND = { file: '0', folder: '5' } as const;

interface Member {
  readonly path: string;
  readonly mode: number;
  readonly bytes: number;
  readonly kind: string;
}

/**
 * Puts the files of a base copy into a folder, as property of the database account. PostgreSQL writes plain files and
 * folders, with short names: anything else is no base copy. Throws `StartupRefusal` for an archive that is not whole.
 */
export async function unpackArchive(
  path: string,
  { target, data }: { readonly target: string; readonly data: DataFolder },
): Promise<void> {
  const archive = await open(path, 'r');
  const unwhole = new StartupRefusal([`--restore: ${path} is damaged`]);
  try {
    for (let at = 0; ;) {
      const member = readHeader(await readAt(archive, at, BLOCK_BYTES));
      if (member === 'end') return;
      if (member === null) throw unwhole;
      const place = join(target, member.path);
      at += BLOCK_BYTES;
      if (member.kind === KIND.folder) await mkdir(place, { recursive: true });
      else if (!(await copyFileAt(archive, { at, place, member }))) throw unwhole;
      await chmod(place, member.mode);
      await give(place, data);
      at += Math.ceil(member.bytes / BLOCK_BYTES) * BLOCK_BYTES;
    }
  } finally {
    await archive.close();
  }
}

async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}

/** `null` for what is no header of a file or folder inside. */
function readHeader(block: Buffer): Member | 'end' | null {
  if (block.length < BLOCK_BYTES) return null;
  if (block.every((byte) => byte === 0)) return 'end';
  const text = ([from, to]: readonly [number, number]): string =>
    block.subarray(from, to).toString('latin1').replace(/\0.*$/su, '').trim();
  const number = (member: readonly [number, number]): number => Number.parseInt(text(member), 8);
  const blanked = Buffer.from(block).fill(' ', ...CHECKSUM);
  const sum = blanked.reduce((total, byte) => total + byte, 0);
  const path = text(NAME);
  const kind = String.fromCodePoint(block[KIND_AT] ?? 0);
  const isInside = path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
  if (sum !== number(CHECKSUM) || !isInside) return null;
  if (kind !== KIND.file && kind !== KIND.folder) return null;
  return { path, mode: number(MODE) & 0o777, bytes: number(SIZE), kind };
}

/** `false` when the archive ends before the file does. */
async function copyFileAt(
  archive: FileHandle,
  { at, place, member }: { readonly at: number; readonly place: string; readonly member: Member },
): Promise<boolean> {
  const file = await open(place, 'w');
  try {
    for (let done = 0; done < member.bytes;) {
      const chunk = await readAt(archive, at + done, Math.min(COPY_BYTES, member.bytes - done));
      if (chunk.length === 0) return false;
      await file.appendFile(chunk);
      done += chunk.length;
    }
    return true;
  } finally {
    await file.close();
  }
}
