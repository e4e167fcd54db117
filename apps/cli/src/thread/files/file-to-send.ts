import { createReadStream, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { FileToSend } from '@enlace/client';
import { malformed } from '../../files/input-file.js';

/** What is read of a file at once. In bytes. */
const READ_BYTES = 1024 * 1024;

/** What endings mean to whoever opens the file; the type opens nothing by itself. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip',
};

/** A file of this machine as it is now. Throws `input.malformed` for what is no file. */
export function fileToSend(path: string): FileToSend {
  const stats = statSync(path);
  if (!stats.isFile()) throw malformed(path, 'not-a-file');
  const { size, mtimeMs, ino } = stats;
  return {
    name: basename(path),
    mediaType: MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    size,
    mark: JSON.stringify([resolve(path), ino, size, mtimeMs]),
    read: () => createReadStream(path, { highWaterMark: READ_BYTES }),
  };
}
