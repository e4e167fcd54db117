import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode } from '../database/database-errors.js';
import { isDraft, putInPlace, writeDurable } from '../durable-file.js';

/**
 * What of a data folder is kept beside the database: the keys of the logs and what was signed with them, the password
 * of the cluster's owner, and the roots of trust.
 */
const KEPT = ['log-keys', 'log-heads', 'postgres-password', 'trust-store.json'];
/** Of the attachments: what is sealed. Whoever was uploading begins again. */
const WHOLE = 'whole';

/** The kept files of a data folder, or of a backup, by their paths in it. */
export async function readKept(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of KEPT) {
    for (const path of await filesBelow(join(folder, name))) {
      const bytes = await readFile(join(folder, name, path)).catch(ignoreAbsent);
      if (bytes !== null) files.set(join(name, path), bytes);
    }
  }
  return files;
}

/** Writes those that differ from what is there. */
export async function writeKept(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const before = await readKept(folder);
  for (const [path, bytes] of files) {
    const known = before.get(path);
    if (known === undefined || Buffer.compare(known, bytes) !== 0) {
      await writeDurable(join(folder, path), bytes);
    }
  }
}

/** Where attached files lie for a server with these settings. */
export function attachmentsIn({
  dataDir,
  attachments,
}: {
  readonly dataDir: string;
  readonly attachments: { readonly folder: string | null };
}): string {
  return attachments.folder ?? join(dataDir, 'attachments');
}

/** Sealed files never change: those that are new come over, those that are gone go. */
export async function mirrorAttachments(from: string, to: string): Promise<void> {
  const wanted = new Set(await filesBelow(join(from, WHOLE)));
  const there = new Set(await filesBelow(join(to, WHOLE)));
  for (const path of wanted) {
    if (!there.has(path)) await copyWhole(join(from, WHOLE, path), join(to, WHOLE, path));
  }
  for (const path of there) {
    if (!wanted.has(path)) await rm(join(to, WHOLE, path), { force: true });
  }
}

/** Half a file is never under its name. One that is removed meanwhile was not wanted. */
async function copyWhole(from: string, to: string): Promise<void> {
  await putInPlace(to, async (draft) => copyFile(from, draft)).catch(ignoreAbsent);
}

/** Paths below it, the folder's own name being empty where it is a file; none when it is absent. */
async function filesBelow(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !isDraft(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return [''];
    ignoreAbsent(error);
    return [];
  }
}

function ignoreAbsent(error: unknown): null {
  if (errorCode(error) !== 'ENOENT') throw error;
  return null;
}
