/** One page at a time works with the store of this browser. */
const LOCK = 'enlace/account';
const CHANNEL = 'enlace/take-over';
/** A page that does not let go by itself loses the lock after this. In milliseconds. */
const RELEASE_LIMIT_MS = 3_000;

/**
 * Waits for the lock of the store. Returns false when another page has it and `takeOver` is false. With `takeOver` the
 * other page is asked to let go, and the lock is stolen when it does not. Once it is ours, `letGo` runs when another
 * page asks for it, and the lock is given back after it. The browser gives it back when this worker ends.
 */
export async function takeLock(takeOver: boolean, letGo: () => Promise<void>): Promise<boolean> {
  if (await tryLock({ ifAvailable: true }, letGo)) return true;
  if (!takeOver) return false;
  const channel = new BroadcastChannel(CHANNEL);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
  channel.postMessage('let-go');
  channel.close();
  try {
    return await tryLock({ signal: AbortSignal.timeout(RELEASE_LIMIT_MS) }, letGo);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return tryLock({ steal: true }, letGo);
  }
}

async function tryLock(options: LockOptions, letGo: () => Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const held = navigator.locks.request(LOCK, options, async (lock) => {
      resolve(lock !== null);
      if (lock !== null) await untilAsked(letGo);
    });
    // Rejected when the wait is over, and when the lock is stolen from us; the second is heard in `untilAsked`.
    held.catch(reject);
  });
}

async function untilAsked(letGo: () => Promise<void>): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  await new Promise((resolve) => {
    channel.addEventListener('message', resolve, { once: true });
  });
  channel.close();
  await letGo();
}
