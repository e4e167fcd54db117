import { readFileSync } from 'node:fs';

/** The version of this program, as its manifest has it. */
export function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version: found }: Record<string, unknown> = JSON.parse(manifest);
  return String(found);
}
