import { isDomainError } from '@enlace/kernel';
import { useEffect, useSyncExternalStore } from 'react';

import type { Stage } from '../protocol/operations.js';
import { WorkerProxy } from './worker-proxy.js';
import { launchWorker } from './worker-script.js';

/** What this page may do at the moment. */
export type Workspace =
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly code: string }
  /** Another page of this browser works with the store. */
  | { readonly kind: 'elsewhere' }
  /** The store is open and nobody has signed in. */
  | { readonly kind: 'open'; readonly stage: Stage };

let current: Workspace = { kind: 'starting' };
let proxy: WorkerProxy | null = null;
let opening: Promise<void> | null = null;
const listeners = new Set<() => void>();

function become(next: Workspace): void {
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The state of the page; the first component that asks for it opens the store. */
export function useWorkspace(): Workspace {
  useEffect(() => {
    opening ??= openWorkspace();
  }, []);
  return useSyncExternalStore(subscribe, () => current);
}

/** Starts the worker and opens the store; with `takeOver` also when another page has it. */
export async function openWorkspace(takeOver = false): Promise<void> {
  become({ kind: 'starting' });
  try {
    proxy ??= await WorkerProxy.start(await launchWorker(), endHere);
    const { isOurs, stage } = await proxy.call('session.open-store', { takeOver });
    become(isOurs && stage !== null ? { kind: 'open', stage } : { kind: 'elsewhere' });
  } catch (error) {
    closeWorker();
    become({ kind: 'failed', code: isDomainError(error) ? error.code : 'client.fault' });
  }
}

function endHere(): void {
  closeWorker();
  become({ kind: 'elsewhere' });
}

function closeWorker(): void {
  proxy?.terminate();
  proxy = null;
}
