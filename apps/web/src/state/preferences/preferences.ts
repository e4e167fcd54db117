import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
/** How large letters are, beside what the browser and the system do. */
export const TEXT_SIZES = ['usual', 'large', 'largest'] as const;
/** How much room there is around things; what is touched keeps its size. */
export const DENSITIES = ['usual', 'compact'] as const;
/** After so many minutes without a touch a page is locked; never later than its session ends. */
export const IDLE_MINUTES = ['5', '10', '15'] as const;

/** How somebody wants this browser to be. None of it is about a person or a case. */
export interface Preferences {
  readonly theme: (typeof THEMES)[number];
  readonly textSize: (typeof TEXT_SIZES)[number];
  readonly density: (typeof DENSITIES)[number];
  readonly idleMinutes: (typeof IDLE_MINUTES)[number];
  /** Whether single letters are keys of the page (WCAG 2.1.4). */
  readonly hasLetterKeys: boolean;
  /** Tours of workplaces that were seen or put off, by their roles. */
  readonly toursSeen: readonly string[];
}

const STORAGE_KEY = 'enlace.preferences';
const USUAL: Preferences = {
  theme: 'system',
  textSize: 'usual',
  density: 'usual',
  idleMinutes: '15',
  hasLetterKeys: true,
  toursSeen: [],
};
/** More tours than there are mixtures of roles are nobody's. */
const TOURS_LIMIT = 20;

/** What was stored, as far as it can be read: whoever else writes there changes no more than these. */
export function readPreferences(stored: string | null): Preferences {
  const held = objectIn(stored);
  return {
    theme: THEMES.find((one) => one === held['theme']) ?? USUAL.theme,
    textSize: TEXT_SIZES.find((one) => one === held['textSize']) ?? USUAL.textSize,
    density: DENSITIES.find((one) => one === held['density']) ?? USUAL.density,
    idleMinutes: IDLE_MINUTES.find((one) => one === held['idleMinutes']) ?? USUAL.idleMinutes,
    hasLetterKeys: held['hasLetterKeys'] !== false,
    toursSeen: toursIn(held['toursSeen']),
  };
}

function toursIn(held: unknown): readonly string[] {
  const seen: readonly unknown[] = Array.isArray(held) ? held : USUAL.toursSeen;
  return seen.filter((one) => typeof one === 'string').slice(0, TOURS_LIMIT);
}

function objectIn(stored: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

let current: Preferences | null = null;
const listeners = new Set<() => void>();

function preferences(): Preferences {
  current ??= readPreferences(readStored());
  return current;
}

/** Storage that the browser refuses (blocked site data) leaves the choice to this visit. */
function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function prefer(more: Partial<Preferences>): void {
  current = { ...preferences(), ...more };
  showLooks();
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  } catch {
    // the choice lasts until the page is closed
  }
  for (const listener of listeners) listener();
}

/** Gives the document the looks that were chosen; what is usual needs nothing. */
export function showLooks(): void {
  const { theme, textSize, density } = preferences();
  Object.assign(document.documentElement.dataset, { theme, textSize, density });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}
