import { useSyncExternalStore } from 'react';

/** Addresses live in the fragment, so that no server sees which page a reload opened. */
const PAGES = [
  'sign-in',
  'enrol',
  'recover',
  'registry',
  'sessions',
  'activity',
  'audit',
  'audit-views',
  'audit-integrity',
  'about',
] as const;

export type Page = (typeof PAGES)[number];
export type Route = Page | 'not-found';

/** The route that a fragment names; the empty one is the sign-in page. */
// Attacker-controlled: a link from anywhere may carry any fragment. It only selects from a closed list.
export function parseRoute(fragment: string): Route {
  const path = fragment.replace(/^#?\/?/, '');
  if (path === '') return 'sign-in';
  return PAGES.find((page) => page === path) ?? 'not-found';
}

export function hrefOf(page: Page): string {
  return `#/${page}`;
}

let navigated = false;

function subscribe(listener: () => void): () => void {
  const onHashChange = (): void => {
    navigated = true;
    listener();
  };
  addEventListener('hashchange', onHashChange);
  return () => removeEventListener('hashchange', onHashChange);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, () => parseRoute(location.hash));
}

/** Whether the person moved to the page, rather than opened the site at it: then focus goes to its heading. */
export function hasNavigated(): boolean {
  return navigated;
}
