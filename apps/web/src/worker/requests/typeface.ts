import boldPath from '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf?url';
import regularPath from '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf?url';
import type { Typeface } from '@enlace/mla';

import { readBuilt } from '../server-files.js';
import { LETTERS } from './letters.js';

/** Noto Sans (SIL Open Font License 1.1), files of this client; the command line prints with the same. */
export async function readTypeface(): Promise<Typeface> {
  const [regular, bold] = await Promise.all([
    readBuilt(regularPath, LETTERS.regular),
    readBuilt(boldPath, LETTERS.bold),
  ]);
  return { regular, bold };
}
