import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Typeface } from '@enlace/mla';

const FACE = '@expo-google-fonts/noto-sans';
const { resolve } = createRequire(import.meta.url);

/** Noto Sans (SIL Open Font License 1.1), of which a PDF carries the letters that it prints. */
export async function readTypeface(): Promise<Typeface> {
  const [regular, bold] = await Promise.all(
    ['400Regular/NotoSans_400Regular.ttf', '700Bold/NotoSans_700Bold.ttf'].map((file) =>
      readFile(resolve(`${FACE}/${file}`)),
    ),
  );
  if (regular === undefined || bold === undefined)
    throw new RangeError('two weights were asked for');
  return { regular, bold };
}
