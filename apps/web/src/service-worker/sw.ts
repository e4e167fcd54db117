import { findFile, readActive } from './kept-releases.js';
import { change, look } from './look.js';

// Keeps the files of released clients and gives them to pages, with or without a server. Never touches the API, never
// reads what a page shows, and takes over no page that is open already: a page runs one release from beginning to end.

/** Files of a release beside the entry and its assets; every other path is the server's. */
const NAMED = new Set([
  '/',
  '/deployment.json',
  '/icon.svg',
  '/manifest.webmanifest',
  '/web-manifest.json',
]);

addEventListener('install', (event) => {
  if (!(event instanceof ExtendableEvent)) return;
  event.waitUntil(install());
});

async function install(): Promise<void> {
  const looked = await look();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin has no other
  new BroadcastChannel('enlace-release').postMessage(looked);
  // What is not kept is not installed: the browser tries again with the next page.
  if (looked.kind !== 'current' && looked.kind !== 'ready') throw new Error(looked.kind);
}

addEventListener('fetch', (event) => {
  if (!(event instanceof FetchEvent)) return;
  const { origin, pathname } = new URL(event.request.url);
  const isFile = pathname.startsWith('/assets/') || NAMED.has(pathname);
  if (origin !== location.origin || !isFile || event.request.method !== 'GET') return;
  event.respondWith(answer(pathname, event.request));
});

async function answer(path: string, request: Request): Promise<Response> {
  const active = await readActive();
  // Whoever cleared the caches of this browser starts anew: the next look keeps what was released.
  // oxlint-disable-next-line no-restricted-globals -- the request of the page itself, as it came
  return active === null ? fetch(request) : findFile(path, active);
}

// Of scripts of this origin alone, which are those that were released.
addEventListener('message', (event) => {
  if (!(event instanceof ExtendableMessageEvent)) return;
  const { ask, manifestHash = '' }: Asked = event.data;
  const work = async (): Promise<void> => {
    const looked = await (ask === 'change' ? change(manifestHash) : look());
    event.ports[0]?.postMessage(looked);
  };
  event.waitUntil(work());
});

interface Asked {
  readonly ask: 'look' | 'change';
  readonly manifestHash?: string;
}
