import { utf8 } from '@enlace/kernel';

/** File systems take 255 bytes; a program that writes beside the file needs some of them. */
const NAME_BYTES = 200;
/** Longest ending that is kept when a name is cut. */
const ENDING_CHARACTERS = 16;
const FALLBACK = 'adjunto';
/** Controls, among them those that turn the direction of writing; lone surrogates; what has no meaning of its own. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const NOT_IN_WINDOWS = /[:*?"<>|]/gu;
const AT_AN_EDGE = /[.\s]/u;
const DEVICE_OF_WINDOWS = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/**
 * A name that may be given to a file of this machine: no path, nothing invisible, not hidden, at most 200 bytes. It
 * shows the ending that it has. A name that is such a one stays as it is.
 */
// Attacker-controlled: a member may call a file anything.
export function safeFileName(name: string): string {
  const visible = name.normalize('NFC').replaceAll(INVISIBLE, '');
  const last = visible.split(/[/\\]/u).at(-1) ?? '';
  const bare = trimEdges(last.replaceAll(NOT_IN_WINDOWS, '_'));
  const named = DEVICE_OF_WINDOWS.test(bare) ? `_${bare}` : bare;
  const cut = trimEdges(shorten(named));
  return cut === '' ? FALLBACK : cut;
}

/** No dot and no space in front or behind: the one hides a file, the other is dropped by some systems. */
function trimEdges(name: string): string {
  const characters = Array.from(name);
  const isInner = (character: string): boolean => !AT_AN_EDGE.test(character);
  const from = characters.findIndex(isInner);
  return from === -1 ? '' : characters.slice(from, characters.findLastIndex(isInner) + 1).join('');
}

/** Cut before the ending, between whole characters. */
function shorten(name: string): string {
  if (utf8(name).length <= NAME_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const hasEnding = dot > 0 && name.length - dot <= ENDING_CHARACTERS;
  const ending = hasEnding ? name.slice(dot) : '';
  const characters = Array.from(hasEnding ? name.slice(0, dot) : name);
  let left = NAME_BYTES - utf8(ending).length;
  const end = characters.findIndex((character) => {
    left -= utf8(character).length;
    return left < 0;
  });
  return `${characters.slice(0, end === -1 ? undefined : end).join('')}${ending}`;
}
