import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ThreadFiles, FileProgress, TellProgress } from '@enlace/client';
import { fillText, printable } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { homeFolderOf } from '../../home/home.js';
import { withOwnThreads, type OwnThreads } from '../own-threads.js';
import { DiskSpool } from './disk-spool.js';

/** In a home: sealed files on their way. */
export const SPOOL_FOLDER = 'files';
/** Several times as fast as those of the library. */
export const NODE_HASHING = {
  sha256: () => createHash('sha256'),
  sha512: () => createHash('sha512'),
} as const;
/** A person is told each time another part of so many has passed; of small files nothing. */
const PARTS_TOLD = 10;
const SMALL_BYTES = 8 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;

const TEXTS = {
  sealed: { es: '{name}: cifrado {part} %', en: '{name}: sealed {part} %' },
  sent: { es: '{name}: enviado {part} % de {size} MiB', en: '{name}: sent {part} % of {size} MiB' },
  fetched: {
    es: '{name}: recibido {part} % de {size} MiB',
    en: '{name}: fetched {part} % of {size} MiB',
  },
  opened: { es: '{name}: comprobado {part} %', en: '{name}: verified {part} %' },
} as const satisfies Readonly<Record<FileProgress['step'], Text>>;

/** Works with the files in the threads of the home. Throws as `withOwnThreads`. */
export async function withOwnFiles(
  invocation: Invocation,
  act: (own: OwnThreads & { readonly files: ThreadFiles }) => Promise<number>,
): Promise<number> {
  return withOwnThreads(invocation, async (own) => {
    const spool = new DiskSpool(join(homeFolderOf(invocation), SPOOL_FOLDER));
    const tell = invocation.json ? () => {} : tellOf(invocation);
    return act({ ...own, files: own.threads.files({ spool, hashing: NODE_HASHING, tell }) });
  });
}

// Attacker-controlled: names of files; none of them drives the terminal.
function tellOf({ terminal, language }: Invocation): TellProgress {
  let told = '';
  return ({ step, name, done, total }) => {
    if (total < SMALL_BYTES) return;
    const part = Math.floor((done * PARTS_TOLD) / total) * (100 / PARTS_TOLD);
    const size = Math.ceil(total / MEBIBYTE);
    const line = printable(fillText(TEXTS[step][language], { name, part, size }));
    if (line !== told) writeLine(terminal.errors, line);
    told = line;
  };
}
