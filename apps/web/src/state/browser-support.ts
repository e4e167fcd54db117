/** Whether this browser has what the pages stand on; without it they are not rendered and the static notice stays. */
export function isBrowserSupported(): boolean {
  // `locks` and `subtle` exist on secure connections only.
  return 'trustedTypes' in globalThis && 'locks' in navigator && 'subtle' in crypto;
}

/** Whether the server is this machine: a demo is nowhere else, and no other server is asked for one. */
export function isThisMachine(): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(location.hostname);
}
