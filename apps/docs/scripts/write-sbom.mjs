// Writes the bills of materials of the lock file, the release files that say what is inside, without network:
//   node apps/docs/scripts/write-sbom.mjs [folder]        (default: artifacts)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FORMATS = ['cyclonedx', 'spdx'];

const folder = process.argv[2] ?? 'artifacts';
const npm = process.env.npm_execpath;

function runNpm(...args) {
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  return npm === undefined
    ? execFileSync('npm', args, options)
    : execFileSync(process.execPath, [npm, ...args], options);
}

mkdirSync(folder, { recursive: true });
for (const format of FORMATS) {
  const text = runNpm('sbom', '--sbom-format', format, '--package-lock-only');
  const path = join(folder, `sbom.${format}.json`);
  writeFileSync(path, text);
  const hash = createHash('sha256').update(text).digest('hex');
  process.stdout.write(`${hash}  ${path}\n`);
}
