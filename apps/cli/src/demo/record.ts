import { lstatSync } from 'node:fs';
import { canonicalJson, formatInstant, systemClock } from '@enlace/kernel';

import { malformed, readInputFile, readJsonObject } from '../files/input-file.js';
import { writeNewFiles } from '../files/new-files.js';
import type { DemoLayout } from './layout.js';

/** What is known of a demo that is whole. */
export interface DemoRecord {
  readonly v: 1;
  /** The one origin that its people, homes and trust store are for. */
  readonly origin: string;
  readonly createdAt: string;
}

/** Null where no demo was made, or one was not finished. Throws `input.malformed`. */
export function findRecord({ record: path }: DemoLayout): DemoRecord | null {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  const { v, origin, createdAt } = readJsonObject(path, readInputFile(path));
  const isRecord = v === 1 && typeof origin === 'string' && typeof createdAt === 'string';
  if (!isRecord) throw malformed(path, 'not-a-demo');
  return { v, origin, createdAt };
}

/** The demo is whole from here on. */
export function writeRecord({ record: path }: DemoLayout, origin: string): void {
  const record = { v: 1, origin, createdAt: formatInstant(systemClock.nowMs()) };
  writeNewFiles([{ path, text: `${canonicalJson(record)}\n`, isSecret: false }]);
}
