import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

const FOLDER_MODE = 0o700;

/** What is written and not yet in its place. */
const DRAFT = '.new';

/** Whether the name is of a file that was not finished. */
export function isDraft(name: string): boolean {
  return name.endsWith(DRAFT);
}

/** Makes the folders on the way too; nobody but their owner looks into them. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE });
}

/** On disk when it resolves. Killed anywhere: the old file or the new one is there, never a part. */
export async function writeDurable(path: string, bytes: Uint8Array): Promise<void> {
  await putInPlace(path, async (draft) => {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** The same for a file that `write` makes. Its folder is made. */
export async function putInPlace(
  path: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  await makeFolder(dirname(path));
  await write(path + DRAFT);
  await rename(path + DRAFT, path);
  await syncFolder(dirname(path));
}

/** Names in it are on disk when it resolves. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
