import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './new-files.js';

/**
 * Replaces what a file says, durably when it returns. Killed anywhere: the old text or the new one, never a part.
 * Only
 * one process writes the file.
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}
