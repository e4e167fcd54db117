import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { systemRandom, toHex, type ThreadId } from '@enlace/kernel';

import { everyRoute } from '../input/every-input.js';
import { bodyHash, TestDevice } from '../../support/sessions/test-device.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, saying } from '../../support/threads/client-stage.js';
import { fileOf } from '../../support/threads/memory-files.js';

const STORY_MS = 120_000;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const handling = { code: 'EN1' } as const;
const EVERY_ENCODING = 'gzip, deflate, br, zstd, compress';

/** Whoever writes beside a secret and sees how long both become together learns of it: nothing is compressed. */
describe('T16: nothing of an attacker is compressed together with secrets', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let threadId: ThreadId;

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    threadId = await stage.opened(rosa);
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  it(
    'what is said is as long in its entry whatever it is, and however often it is in it',
    async () => {
      const texts = ['a'.repeat(4_000), toHex(systemRandom.bytes(2_000)), 'secreto '.repeat(500)];
      const lengths: number[] = [];
      for (const text of texts) {
        await rosa.threads.send(threadId, saying(text.trim().padEnd(4_000, '.')));
        lengths.push(rosa.sent.at(-1)?.length ?? 0);
      }
      expect(new Set(lengths)).toEqual(new Set([304 + 4_096]));
    },
    STORY_MS,
  );

  it(
    'a file is as long as its bytes are many',
    async () => {
      const sent: number[] = [];
      stage.liar.hear = (bytes) => {
        const text = bytes.subarray(0, 200).toString('latin1');
        if (text.includes('/content')) sent.push(bytes.length - bytes.indexOf('} ') - 2);
      };
      const size = 200_000;
      const files = [new Uint8Array(size), systemRandom.bytes(size)];
      for (const [at, bytes] of files.entries()) {
        await stage.minutePasses(rosa);
        const file = fileOf(`${at}.bin`, bytes);
        await rosa.files.attach(threadId, { files: [file], text: 'va', handling });
      }
      const half = sent.length / 2;
      expect(half).toBeGreaterThan(0);
      expect(sent.slice(0, half)).toEqual(sent.slice(half));
    },
    STORY_MS,
  );

  it(
    'no answer of the server is compressed, whoever asks for that',
    async () => {
      const device = new TestDevice({ url: stage.url }, stage.api.region, { slug: 'cr-esteban' });
      await device.signIn();
      const routes = (await everyRoute(stage.api.url)).filter(
        // Tiles of the logs are hashes, and for everybody.
        ({ method, path }) => method === 'GET' && !path.includes('/tile/'),
      );
      expect(routes.length).toBeGreaterThan(30);
      const compressed: unknown[] = [];
      for (const { path, isPublic } of routes) {
        stage.api.clock.ms += 3_000;
        const target = { htm: 'GET', htu: `${stage.url}${path}`, bh: bodyHash('', '') };
        const proof = isPublic ? {} : { dpop: await device.prove(target) };
        const { authorization = '' } = device.tokenHeaders;
        const headers = { authorization, ...proof, 'accept-encoding': EVERY_ENCODING };
        const answer = await fetch(`${stage.api.url}${path}`, { headers });
        device.nonce = answer.headers.get('dpop-nonce') ?? device.nonce;
        const encoding = answer.headers.get('content-encoding');
        if (encoding !== null) compressed.push([path, encoding]);
        await answer.body?.cancel();
      }
      expect(compressed).toEqual([]);
    },
    STORY_MS,
  );

  it('no socket agrees to compress its frames', async () => {
    const asking = request(`${stage.api.url}/socket/?EIO=4&transport=websocket`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from(systemRandom.bytes(16)).toString('base64'),
        'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits',
      },
    });
    const agreed = await new Promise<unknown>((resolve, reject) => {
      asking.once('error', reject);
      asking.once('upgrade', ({ statusCode, headers }, socket) => {
        socket.destroy();
        resolve([statusCode, headers['sec-websocket-extensions']]);
      });
      asking.end();
    });
    expect(agreed).toEqual([101, undefined]);
  });

  it('no library that seals, opens or reads has anything to compress or to decompress with', () => {
    const found: string[] = [];
    for (const lib of ['kernel', 'contracts', 'e2ee', 'client', 'trust', 'tlog']) {
      for (const path of sourcesIn(join(ROOT, 'libs', lib, 'src'))) {
        const text = readFileSync(path, 'utf8');
        if (/node:zlib|CompressionStream|\bpako\b|\bfflate\b/u.test(text)) found.push(path);
      }
    }
    expect(found).toEqual([]);
  });
});

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith('.ts') && !one.name.includes('.spec.'))
    .map((one) => join(one.parentPath, one.name));
}
