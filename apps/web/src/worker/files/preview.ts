import { concatBytes } from '@enlace/kernel';

import type { SavedFile } from '../../protocol/operations.js';

/** Larger ones are only saved. In bytes. */
const TEXT_LIMIT_BYTES = 1024 * 1024;
const IMAGE_LIMIT_BYTES = 32 * 1024 * 1024;

/** The three kinds of images that are shown, each by the bytes that it begins with. */
const IMAGES = [
  { type: 'image/png', at: 0, begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', at: 0, begins: [0xff, 0xd8, 0xff] },
  { type: 'image/webp', at: 8, begins: [0x57, 0x45, 0x42, 0x50] },
] as const;
/** `RIFF`, before the length of what is a WebP after it. */
const RIFF = [0x52, 0x49, 0x46, 0x46] as const;

/**
 * What of a file is shown beside its entry: images and plain text, by their own bytes and never by what their author
 * says they are. HTML, SVG, PDF and office files are not shown: they are text to whoever opens them as text, or saved.
 */
// Attacker-controlled: every byte. An image is decoded by the browser in an element that runs nothing.
export function previewOf(parts: readonly Uint8Array<ArrayBuffer>[]): SavedFile['preview'] {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  if (size === 0 || size > IMAGE_LIMIT_BYTES) return null;
  const bytes = concatBytes(...parts);
  const type = imageType(bytes);
  if (type !== null) return { kind: 'image', image: new Blob([...parts], { type }) };
  const text = size > TEXT_LIMIT_BYTES ? null : plainText(bytes);
  return text === null ? null : { kind: 'text', text };
}

export function imageType(bytes: Uint8Array): string | null {
  const hasAt = (at: number, wanted: readonly number[]): boolean =>
    wanted.every((byte, index) => bytes[at + index] === byte);
  const found = IMAGES.find(({ at, begins }) => hasAt(at, begins) && (at === 0 || hasAt(0, RIFF)));
  return found?.type ?? null;
}

/** Null for what is no text in UTF-8, or what is markup or a document under its first bytes. */
export function plainText(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  // oxlint-disable-next-line no-control-regex -- what has them is no text that a person wrote
  const isBinary = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/u.test(text);
  const isDocument = /^\s*(?:<|%PDF|\{\\rtf)/u.test(text);
  return isBinary || isDocument ? null : text;
}
