import { useSyncExternalStore } from 'react';

/** Addresses live in the fragment, so that no server sees which page a reload opened. */
export const PAGES = [
  'sign-in',
  'enrol',
  'recover',
  'registry',
  'cases',
  'requests',
  'requests-board',
  'offences',
  'directory',
  'approvals',
  'search',
  'sessions',
  'settings',
  'activity',
  'audit',
  'audit-views',
  'audit-export',
  'audit-integrity',
  'audit-alerts',
  'about',
] as const;

/** Pages about one thing, below their list, by what is done with it; its id is in the address. */
const DETAILS = {
  cases: { show: 'case', ask: 'case-ask' },
  threads: { show: 'thread' },
  requests: {
    edit: 'request-edit',
    share: 'request-share',
    opinion: 'request-opinion',
    formal: 'request-formal',
  },
} as const;
/** What an address without an act does; it is written without one. */
const SHOW = 'show';
/** A place in the log of a thread. */
const PLACE = /^[1-9]\d{0,8}$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Page = (typeof PAGES)[number];
type List = keyof typeof DETAILS;
export type RequestAct = keyof (typeof DETAILS)['requests'];
type Named<Acts> = Acts extends Readonly<Record<string, infer Name>> ? Name : never;
type Detail = Named<(typeof DETAILS)[List]>;
export type Route = Page | Detail | 'not-found';

/** The route that a fragment names; the empty one is the sign-in page. */
// Attacker-controlled: a link from anywhere may carry any fragment. It only selects from a closed list.
export function parseRoute(fragment: string): Route {
  const path = fragment.replace(/^#?\/?/, '');
  if (path === '') return 'sign-in';
  const [list = '', id, act, ...more] = path.split('/');
  if (id === undefined) return PAGES.find((page) => page === list) ?? 'not-found';
  if (!isListOfDetails(list) || !ID.test(id) || act === SHOW || more.length > 0) return 'not-found';
  return detailOf(list, act ?? SHOW);
}

function detailOf(list: List, act: string): Route {
  if (list === 'threads' && PLACE.test(act)) return DETAILS.threads.show;
  const acts: Readonly<Record<string, Detail>> = DETAILS[list];
  return (Object.hasOwn(acts, act) ? acts[act] : undefined) ?? 'not-found';
}

function isListOfDetails(list: string): list is List {
  return Object.hasOwn(DETAILS, list);
}

/** What a page about one thing is about. */
export function idOf(fragment: string): string {
  return fragment.replace(/^#?\/?/, '').split('/')[1] ?? '';
}

/** The entry that the address of a thread names, if it names one. */
export function placeOf(fragment: string): number | null {
  const [list, , place = ''] = fragment.replace(/^#?\/?/, '').split('/');
  return list === 'threads' && PLACE.test(place) ? Number(place) : null;
}

export function hrefOf(page: Page): string {
  return `#/${page}`;
}

export function hrefOfDetail(list: Exclude<List, 'requests'>, id: string): string {
  return `#/${list}/${id}`;
}

export function hrefOfRequest(id: string, act: RequestAct): string {
  return `#/requests/${id}/${act}`;
}

/** One entry of a thread. */
export function hrefOfEntry(threadId: string, seq: number): string {
  return `${hrefOfDetail('threads', threadId)}/${seq}`;
}

/** Where another State is asked about a case. */
export function hrefOfAsk(caseId: string): string {
  return `${hrefOfDetail('cases', caseId)}/ask`;
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

/** The id in the address of a page about one thing. */
export function useRouteId(): string {
  return useSyncExternalStore(subscribe, () => idOf(location.hash));
}

/** The entry in the address of a thread. */
export function useRoutePlace(): number | null {
  return useSyncExternalStore(subscribe, () => placeOf(location.hash));
}

/** Whether the person moved to the page, rather than opened the site at it: then focus goes to its heading. */
export function hasNavigated(): boolean {
  return navigated;
}
