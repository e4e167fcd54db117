import { isDomainError } from '@enlace/kernel';
import { useEffect, useSyncExternalStore } from 'react';

import type { Account, Look, Stage } from '../protocol/operations.js';
import { connectionIs } from './connection.js';
import { wipeBrowser } from './keeping/wiped.js';
import { forgetLine, heardNews } from './live.js';
import { showPresence } from './presence.js';
import { WorkerSilent } from './worker/worker-errors.js';
import { WorkerProxy } from './worker/worker-proxy.js';
import { checkScriptsOnDemand, launchWorker } from './worker/worker-script.js';

export type LockReason = 'asked' | 'idle' | 'ended';

/** What this page may do at the moment. */
export type Workspace =
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly code: string }
  /** Another page of this browser works with the store. */
  | { readonly kind: 'elsewhere' }
  /** The store is open and nobody has signed in. */
  | { readonly kind: 'open'; readonly stage: Stage }
  /** `look`: who vouches for this person, once the directory was read. */
  | { readonly kind: 'signed-in'; readonly account: Account; readonly look: Look | null }
  /** This browser gives up everything of Enlace; `isSessionEnded` false: the server has not said so. */
  | {
      readonly kind: 'leaving';
      readonly step: 'wiping' | 'failed' | 'wiped';
      readonly isSessionEnded: boolean;
    }
  /** The worker has ended and nothing of the content is left. `atMs`: since when. */
  | {
      readonly kind: 'locked';
      readonly reason: LockReason;
      readonly state: string;
      readonly demo: string | null;
    };

let current: Workspace = { kind: 'starting' };
let proxy: WorkerProxy | null = null;
let opening: Promise<void> | null = null;
let isLeaving = false;
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
  return useWorkspaceState();
}

/** The same, without opening anything. */
export function useWorkspaceState(): Workspace {
  return useSyncExternalStore(subscribe, () => current);
}

/** The worker of this page. Throws `client.worker-silent` where there is none. */
export function worker(): WorkerProxy {
  if (proxy === null) throw new WorkerSilent('no worker');
  return proxy;
}

/** Starts the worker and opens the store; with `takeOver` also when another page has it. */
export async function openWorkspace(takeOver = false): Promise<void> {
  become({ kind: 'starting' });
  try {
    await openStore(takeOver);
  } catch (error) {
    closeWorker();
    become({ kind: 'failed', code: isDomainError(error) ? error.code : 'client.fault' });
  }
}

/** Opens the store behind a lock screen, which stays until somebody has signed in. */
export async function reopen(): Promise<void> {
  if (proxy === null) await startWorker();
}

/** A session is open, or what is known of it has changed. */
export function signedIn(account: Account): void {
  const look = current.kind === 'signed-in' ? current.look : null;
  connectionIs(account.endsAt === null ? 'lost' : 'there');
  become({ kind: 'signed-in', account, look });
}

/** The own directory was read; null: what it said before does not count any more. */
export function lookedUp(look: Look | null): void {
  if (current.kind === 'signed-in') become({ ...current, look });
}

/** Ends the worker and everything in it; the lock screen takes the place of every page. */
export function lock(reason: LockReason): void {
  // Whoever signs out is not told that the session has ended.
  if (current.kind !== 'signed-in' || (reason === 'ended' && isLeaving)) return;
  const { state, demo } = current.account;
  closeWorker();
  become({ kind: 'locked', reason, state, demo });
}

/** Ends the session at the server, then the worker. */
export async function signOut(): Promise<void> {
  isLeaving = true;
  try {
    await worker().call('session.sign-out', {});
    closeWorker();
    await openWorkspace();
  } finally {
    isLeaving = false;
  }
}

/**
 * Ends the session and the worker, and wipes all that this browser keeps. A server that refuses or is silent keeps
 * nobody here: without the worker nobody has the key of the session, and it ends by itself.
 */
export async function leaveForGood(): Promise<void> {
  isLeaving = true;
  try {
    const isSessionEnded = await endSession();
    closeWorker();
    await wipe(isSessionEnded);
  } finally {
    isLeaving = false;
  }
}

/** Goes on with a wiping that has failed. */
export async function wipeAgain(): Promise<void> {
  if (current.kind === 'leaving') await wipe(current.isSessionEnded);
}

async function endSession(): Promise<boolean> {
  try {
    await worker().call('session.sign-out', {});
    return true;
  } catch (error) {
    return isDomainError(error, 'session.ended');
  }
}

async function wipe(isSessionEnded: boolean): Promise<void> {
  become({ kind: 'leaving', step: 'wiping', isSessionEnded });
  try {
    await wipeBrowser();
    become({ kind: 'leaving', step: 'wiped', isSessionEnded });
  } catch {
    become({ kind: 'leaving', step: 'failed', isSessionEnded });
  }
}

async function openStore(takeOver: boolean): Promise<void> {
  const { isOurs, stage } = await startWorker(takeOver);
  become(isOurs && stage !== null ? { kind: 'open', stage } : { kind: 'elsewhere' });
}

async function startWorker(takeOver = false) {
  const duties = { onTakenOver: endHere, onNews: heardNews, showPresence, checkScriptsOnDemand };
  proxy ??= await WorkerProxy.start(await launchWorker(), duties);
  return proxy.call('session.open-store', { takeOver });
}

function endHere(): void {
  closeWorker();
  become({ kind: 'elsewhere' });
}

function closeWorker(): void {
  proxy?.terminate();
  proxy = null;
  forgetLine();
}
