import type { Fetch } from './http-transport.js';

/**
 * The way of a browser: the token travels as a cookie that no script reads, and Fetch Metadata says whose page asks, so
 * no authorization of ours goes along. A server refuses a request that brings both.
 */
export const cookieFetch: Fetch = async (url, init) => {
  const headers = new Headers(init.headers);
  headers.delete('authorization');
  return fetch(url, { ...init, headers, credentials: 'include' });
};
