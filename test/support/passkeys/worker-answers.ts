import { parseBase64Url, toBase64Url } from '@enlace/kernel';
import type { Page } from 'playwright-core';

declare global {
  /** Bound by the harness: what the worker said to the page; buffers are in hex. */
  var reportAnswer: (answer: string) => void;
}

/** Records every message that a worker sends to its page, from the first one on. */
export async function recordAnswers(page: Page): Promise<readonly string[]> {
  const answers: string[] = [];
  await page.exposeBinding('reportAnswer', (_source, answer: string) => {
    answers.push(answer);
  });
  await page.addInitScript(() => {
    const hex = (bytes: Uint8Array): string =>
      [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const Platform = globalThis.Worker;
    globalThis.Worker = class extends Platform {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }) => {
          const shown = JSON.stringify(data, (_name, value: unknown) =>
            value instanceof ArrayBuffer ? hex(new Uint8Array(value)) : value,
          );
          reportAnswer(shown);
        });
      }
    };
  });
  return answers;
}

/**
 * The secrets of the ceremony that this browser keeps at the moment, as whoever can run code of this origin reads them:
 * by the key that seals its store.
 */
export async function readKeptSecrets(page: Page): Promise<readonly Uint8Array[]> {
  const profile = await page.evaluate(async () => {
    const done = async <Value>(asked: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(asked.error ?? new Error('no answer')));
      });
    const database = await done(indexedDB.open('enlace'));
    const stores = database.transaction(['meta', 'values']);
    const key: CryptoKey = await done(stores.objectStore('meta').get('key'));
    const sealed: Uint8Array<ArrayBuffer> = await done(
      stores.objectStore('values').get(['device', 'profile']),
    );
    database.close();
    const additionalData = new TextEncoder().encode('device\0profile');
    const cipher = { name: 'AES-GCM', iv: sealed.subarray(0, 12), additionalData };
    const opened = await crypto.subtle.decrypt(cipher, key, sealed.subarray(12));
    return new TextDecoder().decode(opened);
  });
  const { identitySeed, signSeed, kemSeed, rootKey }: Record<string, string | null> =
    JSON.parse(profile);
  return [identitySeed, signSeed, kemSeed, rootKey].flatMap((text) =>
    text === null || text === undefined ? [] : [parseBase64Url(text)],
  );
}

/** The spellings in which bytes could cross a border unseen. */
export function spellingsOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  return [toBase64Url(secret), bytes.toString('hex'), bytes.toString('base64'), [...secret].join()];
}
