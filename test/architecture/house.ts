import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/u, '');

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', 'artifacts', 'coverage']);

/** Files that exist for the length of one test only (see imports.spec.ts); no other test looks at them. */
export function isPlanted(path: string): boolean {
  return /(?:^|[/.])planted\./u.test(path);
}

/**
 * Every file below a folder of the house as a path from the root with forward slashes, sorted; what is built, installed
 * or planted is left out. Reads the disk and not Git, so that it works in a copy without history too.
 */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesBelow(path);
      return entry.isFile() && !isPlanted(path) ? [path] : [];
    })
    .toSorted();
}

/** TypeScript sources of the three folders that hold code. */
export function sourceFiles(): readonly string[] {
  return ['apps', 'libs', 'test'].flatMap(filesBelow).filter((path) => /\.tsx?$/u.test(path));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A JSON file of ours, trusted to have the shape its reader names. */
export function readJson<Shape>(path: string): Shape {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own committed file, read by its test
  return JSON.parse(readText(path)) as Shape;
}
