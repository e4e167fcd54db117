/** Whether this browser has what the pages stand on; without it they are not rendered and the static notice stays. */
export function isBrowserSupported(): boolean {
  // `locks` and `subtle` exist on secure connections only.
  return 'trustedTypes' in globalThis && 'locks' in navigator && 'subtle' in crypto;
}
