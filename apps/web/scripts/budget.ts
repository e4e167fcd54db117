import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

// What a browser must fetch before the first page stands, and what comes on demand. Prints each figure with its limit
// and exits with 1 when one is passed. The one argument is the folder of the build.

/** Kilobytes of 1,000 bytes, compressed with gzip save the font of pages, which is compressed by itself. */
const LIMITS_KB = {
  scriptAtStart: 210,
  style: 10,
  font: 34,
  lazyScript: 180,
  worker: 240,
  /** The two weights that a PDF is printed with, fetched with the first one. */
  printedFont: 620,
} as const;

interface Figure {
  readonly name: string;
  readonly sizeKb: number;
  readonly limitKb: number;
}

async function measure(folder: string): Promise<Figure[]> {
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const sizes = new Map<string, number>();
  for (const name of await readdir(join(folder, 'assets'))) {
    const bytes = await readFile(join(folder, 'assets', name));
    sizes.set(name, (name.endsWith('.woff2') ? bytes : gzipSync(bytes)).length / 1_000);
  }
  const names = (extension: string) => [...sizes.keys()].filter((name) => name.endsWith(extension));
  const total = (chosen: readonly string[]) =>
    chosen.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const isAtStart = (name: string): boolean => page.includes(`/assets/${name}"`);
  const isWorker = (name: string): boolean => /^(?:crypto\.worker|worker\.core)-/.test(name);
  const scripts = names('.js');
  return [
    figure('script at start', total(scripts.filter(isAtStart)), LIMITS_KB.scriptAtStart),
    figure('worker at start', total(scripts.filter(isWorker)), LIMITS_KB.worker),
    figure('style', total(names('.css')), LIMITS_KB.style),
    figure('font', total(names('.woff2')), LIMITS_KB.font),
    figure('font of a PDF', total(names('.ttf')), LIMITS_KB.printedFont),
    ...scripts
      .filter((name) => !isAtStart(name) && !isWorker(name))
      .map((name) => figure(`on demand: ${name}`, total([name]), LIMITS_KB.lazyScript)),
  ];
}

function figure(name: string, sizeKb: number, limitKb: number): Figure {
  return { name, sizeKb, limitKb };
}

const figures = await measure(resolve(process.argv[2] ?? 'dist'));
for (const { name, sizeKb, limitKb } of figures) {
  const verdict = sizeKb > 0 && sizeKb <= limitKb ? 'within' : 'NOT within';
  process.stdout.write(`${name}: ${sizeKb.toFixed(1)} kB, ${verdict} ${limitKb} kB\n`);
  if (verdict !== 'within') process.exitCode = 1;
}
