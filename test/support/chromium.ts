import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { inflate } from '@sparticuz/chromium';

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/chromium');
const PACKAGE = resolve(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..');
/** Taken before the bundled browser, in this order. */
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The fonts of the package and no other: its own configuration names folders of another system, so no text is drawn.
 */
const FONTS = `<?xml version="1.0"?>
<fontconfig>
  <dir prefix="relative">fonts/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

export interface ChromiumFound {
  readonly executablePath: string;
  /** What the browser must be launched with, besides the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Major version, where it is known beforehand; whoever launches the browser asserts it. */
  readonly majorVersion: string | null;
}

/** `CHROMIUM_PATH` (`bundled` forces the browser of the npm package), else an installed one, else the bundled one. */
export async function findChromium(): Promise<ChromiumFound> {
  const wanted = process.env.CHROMIUM_PATH ?? '';
  if (wanted === 'bundled') return unpackBundledChromium();
  const executablePath = wanted === '' ? INSTALLED.find((path) => existsSync(path)) : wanted;
  if (executablePath === undefined) return unpackBundledChromium();
  return { executablePath, env: {}, majorVersion: null };
}

/**
 * Unpacks the browser with its libraries (NSS, NSPR) and fonts, so that it runs on a machine that has none of them. The
 * folder gets its name by one rename at the end: a set-up that was killed leaves nothing that a later one would trust.
 */
async function unpackBundledChromium(): Promise<ChromiumFound> {
  const version = await readPackageVersion();
  const folder = join(CACHE, version);
  if (!existsSync(folder)) {
    await mkdir(CACHE, { recursive: true });
    const unfinished = await mkdtemp(join(CACHE, 'unpacking-'));
    try {
      await inflateInto(unfinished);
      await writeFile(join(unfinished, 'fonts.conf'), FONTS);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      if (!existsSync(folder)) throw error; // else another run was first
    }
  }
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: join(folder, 'cache'),
    },
    majorVersion: version.split('.')[0] ?? null,
  };
}

async function readPackageVersion(): Promise<string> {
  const { version }: Record<string, unknown> = JSON.parse(
    await readFile(join(PACKAGE, 'package.json'), 'utf8'),
  );
  return String(version);
}

/**
 * The package unpacks to the temporary folder, and takes a file found there under its name for its own, of any
 * version.
 */
async function inflateInto(folder: string): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await Promise.all(
      ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map(async (name) =>
        inflate(join(PACKAGE, 'bin', name)),
      ),
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
