import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import {
  canonicalJson,
  formatInstant,
  parseUtf8,
  systemRandom,
  utf8,
  type JsonObject,
} from '@enlace/kernel';
import { aNoteSigner } from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import { parseTrustStore, releaseIdOf, signWebRelease, type TrustStore } from '@enlace/trust';
import request, { type Response } from 'supertest';

import { AnnouncedKeys } from '../../../apps/api/src/directory/announced-keys.service.js';
import { PublishedLogs } from '../../../apps/api/src/platform/logs/published-logs.js';
import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { WitnessRounds } from '../../../apps/api/src/platform/witnesses/witness-rounds.js';
import { ReleasedClient } from '../../../apps/api/src/releases/released-client.service.js';
import { SECURITY_HEADERS } from '../../../apps/web/security-headers.js';
import { startWitness, stateWitnesses, witnessUrls, type TestWitness } from '../log/witnesses.js';
import { startSessionServer, type SessionServer } from '../sessions/session-server.js';
import { until } from '../until.js';

const CONTENTS = {
  '/': '<!doctype html><title>Enlace</title>',
  '/assets/index-abcdefgh.js': 'export const text = 1;\n',
  '/deployment.json': canonicalJson({ v: 1, name: 'Enlace', apiOrigin: null, rpId: null }),
} as const;

/** Three holders of release keys, two of whom are needed. */
const HOLDERS = [1, 2, 3].map((seedByte) =>
  aNoteSigner(`release.example/${seedByte}`, { seedByte }),
);

/** A server with a small build of a client and a witness, whose trust store names three release keys. */
export class ReleaseStage {
  private constructor(
    readonly api: SessionServer,
    private readonly parts: {
      readonly witness: TestWitness;
      readonly build: TestBuild;
      readonly trustStoreText: string;
    },
  ) {}

  get build(): TestBuild {
    return this.parts.build;
  }

  get trustStoreText(): string {
    return this.parts.trustStoreText;
  }

  /** Without a build one of three files. */
  static async begin(given: TestBuild | null = null): Promise<ReleaseStage> {
    const build = given ?? (await TestBuild.make());
    const witness = await startWitness('CR');
    let text = '';
    const api = await startSessionServer(witnessUrls([witness]), {
      webRoot: build.folder,
      trustStoreOf: async (region, dataDir) => {
        const origins = ['directory.localhost', `audit.localhost/${yearOf(region.nowMs)}`];
        const files = new LogKeyFiles(dataDir, systemRandom);
        const keys = await Promise.all(origins.map(async (origin) => files.obtain(origin)));
        const [directory, audit] = keys.map(({ key }) => ({
          origin: key.name,
          vkey: formatVkey(key),
        }));
        if (directory === undefined || audit === undefined) throw new Error('two logs');
        witness.witness.trustLogs([directory.vkey, audit.vkey]);
        const logs = `log ${audit.vkey}\nlog ${directory.vkey}\n`;
        const store: JsonObject = JSON.parse(region.trustStoreText);
        text = canonicalJson({
          ...store,
          directory,
          audit: [audit],
          policy: `${logs}witness w0 ${witness.vkey}\nquorum w0\n`,
          releases: { threshold: 2, vkeys: HOLDERS.map(({ key }) => formatVkey(key)) },
        });
        return text;
      },
    });
    stateWitnesses(api.region, [witness]);
    await api.logStatements();
    return new ReleaseStage(api, { witness, build, trustStoreText: text });
  }

  get trustStore(): TrustStore {
    return parseTrustStore(this.trustStoreText);
  }

  /** The note of the build, signed by these holders at this moment. */
  note(
    signers: readonly number[] = [0, 1],
    { manifest = this.build.manifest, deployment = this.trustStore.deployment, aheadMs = 0 } = {},
  ): string {
    const manifestHash = hashOf(manifest);
    const release = {
      deployment,
      issuedAt: formatInstant(this.api.clock.nowMs() + aheadMs),
      releaseId: releaseIdOf('0.1.0', manifestHash),
      manifestHash,
    };
    const holders = signers.flatMap((at) => HOLDERS[at] ?? []);
    const [first, ...others] = holders;
    if (first === undefined) throw new Error('nobody signs');
    let note = signWebRelease(release, first);
    for (const other of others) note = signWebRelease(note, other);
    return parseUtf8(note);
  }

  async found(note: string): Promise<Response> {
    return request(this.api.url)
      .post('/authorities/founding/releases')
      .set('authorization', 'DPoP none')
      .send({ note });
  }

  async page(path = '/'): Promise<Response> {
    return request(this.api.url).get(path);
  }

  /** The witness looks at the log now, and not within the minute. */
  async cosign(): Promise<void> {
    await this.api.server.app.get(WitnessRounds).round('audit');
    await this.look();
  }

  /** The year ends: its log is closed, and the witness watches the one of the next year. */
  async endYear(): Promise<void> {
    const { api, parts } = this;
    const year = Number(yearOf(api.clock.ms));
    api.clock.ms = Date.UTC(year, 11, 1);
    await api.server.app.get(AnnouncedKeys).announce();
    api.clock.ms = Date.UTC(year + 1, 0, 1);
    const list = async () => api.server.app.get(PublishedLogs).list();
    await until(async () => {
      const logs = await list();
      const next = logs.find(({ origin }) => origin === `audit.localhost/${year + 1}`);
      const old = logs.find(({ origin }) => origin === `audit.localhost/${year}`);
      return (next?.size ?? 0) > 0 && old?.closing !== null;
    });
    parts.witness.witness.trustLogs((await list()).map(({ vkey }) => vkey));
    // Before the next year ends: a witness is shown the end of the last log as long as it may not have seen it.
    const rounds = api.server.app.get(WitnessRounds);
    for (const stream of ['directory', 'audit'] as const) await rounds.round(stream);
  }

  async look(): Promise<void> {
    await this.api.server.app.get(ReleasedClient, { strict: false }).look();
  }

  async end(): Promise<void> {
    await this.api.close();
    await this.parts.witness.close();
    await this.build.remove();
  }
}

/** A build of three files, as the real one leaves it; or the real one. */
export class TestBuild {
  private constructor(
    readonly folder: string,
    readonly manifest: string,
    private readonly isOurs = true,
  ) {}

  /** What was built already, and stays. */
  static async of(folder: string): Promise<TestBuild> {
    return new TestBuild(folder, await readFile(join(folder, 'web-manifest.json'), 'utf8'), false);
  }

  static async make(change: Readonly<Record<string, string>> = {}): Promise<TestBuild> {
    const folder = await mkdtemp(join(tmpdir(), 'enlace-build-'));
    const contents = { ...CONTENTS, ...change };
    const files = Object.entries(contents).map(([path, content]) => ({
      path,
      size: utf8(content).length,
      sha256: createHash('sha256').update(content).digest('hex'),
    }));
    const manifest = canonicalJson({
      v: 1,
      version: '0.1.0',
      commit: null,
      node: '24.21.0',
      lockfileSha256: '0'.repeat(64),
      entry: '/',
      headers: { ...SECURITY_HEADERS },
      files,
    });
    const build = new TestBuild(folder, manifest);
    for (const [path, content] of Object.entries(contents)) {
      await build.put(path === '/' ? '/index.html' : path, content);
    }
    await build.put('/web-manifest.json', manifest);
    return build;
  }

  async put(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  async remove(): Promise<void> {
    if (this.isOurs) await rm(this.folder, { recursive: true, force: true });
  }
}

function hashOf(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

function yearOf(nowMs: number): string {
  return formatInstant(nowMs).slice(0, 4);
}
