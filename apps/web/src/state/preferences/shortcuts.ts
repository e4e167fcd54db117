import { useEffect } from 'react';

import { hrefOf, type Page } from '../../routes.js';
import { usePreferences } from './preferences.js';

/** Where a letter after `g` leads; a page that is not open to somebody is the home page. */
const PLACES: Readonly<Record<string, Page>> = {
  h: 'sign-in',
  c: 'cases',
  r: 'requests',
  d: 'directory',
  a: 'audit',
};

/** The second key follows the first within this time. In milliseconds. */
const SEQUENCE_MS = 1_500;
const SEARCH_FIELD = 'input[type="search"]';

let isFieldAwaited = false;

/** The keys of every page, while somebody has them on: `g` and a letter, `/` and `?`. */
export function useShortcuts(onMap: () => void): void {
  const { hasLetterKeys } = usePreferences();
  useEffect(() => {
    if (!hasLetterKeys) return undefined;
    let goingUntilMs = 0;
    const single: Readonly<Record<string, () => void>> = { '?': onMap, '/': goToSearch };
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isGoing = event.timeStamp < goingUntilMs;
      goingUntilMs = event.key === 'g' ? event.timeStamp + SEQUENCE_MS : 0;
      const act = isGoing ? goingTo(event.key) : single[event.key];
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    // Before the keys of a list: its `r` is not the one that follows a `g`.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  }, [hasLetterKeys, onMap]);
}

function goingTo(key: string): (() => void) | undefined {
  const place = Object.hasOwn(PLACES, key) ? PLACES[key] : undefined;
  return place === undefined ? undefined : () => location.assign(hrefOf(place));
}

/** To the field of the search, which comes once what is held was read. */
function goToSearch(): void {
  const field = document.querySelector<HTMLInputElement>(SEARCH_FIELD);
  if (field !== null) field.focus();
  else {
    isFieldAwaited = true;
    location.assign(hrefOf('search'));
  }
}

/** The field of the search stands: whoever asked for it by its key is in it. */
export function searchFieldStands(): void {
  if (isFieldAwaited) document.querySelector<HTMLInputElement>(SEARCH_FIELD)?.focus();
  isFieldAwaited = false;
}

/** Where letters are text, or a dialog stands before the page. */
function isTyping(target: EventTarget | null): boolean {
  const isField =
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"]') !== null;
  return isField || document.querySelector('dialog[open]') !== null;
}
