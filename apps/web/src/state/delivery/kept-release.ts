import { useEffect, useSyncExternalStore } from 'react';

import { lookedRelease, type LookedRelease } from '../../protocol/release-forms.js';
import { startServiceWorker } from '../../trusted-types.js';

/** How often a page looks for another release. In milliseconds. */
const LOOK_MS = 60 * 60_000;

export type ReadyRelease = Extract<LookedRelease, { readonly kind: 'ready' }>;
export type RefusedRelease = Extract<LookedRelease, { readonly kind: 'refused' }>;

/** Of the last look that showed something; a server that does not answer changes nothing. */
let latest: LookedRelease = { kind: 'unsigned' };
const listeners = new Set<() => void>();

function become(heard: unknown): void {
  const looked = lookedRelease.parse(heard);
  if (looked.kind === 'unreachable') return;
  latest = looked;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is known of the release that the server delivers; the first component that asks has the browser keep it. */
export function useKeptRelease(): LookedRelease {
  useEffect(() => {
    // A first look is told before there is anybody to ask.
    const channel = new BroadcastChannel('enlace-release');
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => become(data));
    void lookAgain();
    const timer = setInterval(() => void lookAgain(), LOOK_MS);
    return () => {
      clearInterval(timer);
      channel.close();
    };
  }, []);
  return useSyncExternalStore(subscribe, () => latest);
}

/** Looks now; where nothing is installed yet the installing itself looks. */
export async function lookAgain(): Promise<void> {
  try {
    await startServiceWorker();
  } catch {
    // Without a way to the server the one that was installed before goes on.
  }
  await ask({ ask: 'look' });
}

/** Runs this release from here on, in a page that begins anew. */
export async function changeRelease({ manifestHash }: ReadyRelease): Promise<void> {
  await ask({ ask: 'change', manifestHash });
  if (latest.kind === 'current') location.reload();
}

async function ask(message: {
  readonly ask: 'look' | 'change';
  readonly manifestHash?: string;
}): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const { port1, port2 } = new MessageChannel();
  const heard = new Promise<unknown>((settle) => {
    port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => settle(data));
  });
  port1.start();
  if (!registration?.active) return;
  registration.active.postMessage(message, [port2]);
  become(await heard);
}
