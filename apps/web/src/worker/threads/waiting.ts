/** Resolves after the time, or as soon as `signal` aborts. */
export async function waitUnless(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((go) => {
    const timer = setTimeout(go, ms);
    const end = (): void => {
      clearTimeout(timer);
      go();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
