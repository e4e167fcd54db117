import { equalBytes, canonicalJson, toBase64Url, isDomainError, utf8 } from '@enlace/kernel';
import { RELEASE_FILES } from '@enlace/contracts';
import {
  assertReleaseEvent,
  formatReleaseEvidence,
  verifyWebRelease,
  type TrustStore,
} from '@enlace/trust';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { Database } from '../platform/database/database.js';
import { errorFields } from '../platform/logging/error-fields.js';
import type { Log } from '../platform/logging/log.js';
import { nodeTlogCrypto } from '../platform/tlog/node-tlog-crypto.js';
import { LOG, TRUST_STORE } from '../platform/tokens.js';
import type { ReleaseGate } from '../platform/web-client/release-gate.js';
import { toStaticFile, type StaticFile } from '../platform/web-client/static-files.js';
import { eachDigest, ReleasePlaces } from './release-places.service.js';
import { ReleasesRepository, type ReleaseInUse } from './releases.repository.js';

/** How often a node looks whether what it has in memory was released, or is so no longer. */
const LOOK_MS = 1_000;

/**
 * Decides at each look whether the client in memory may be served: its manifest is one of the two newest releases, the
 * release keys of the trust store signed it, and the log holds the event. What the database says of it is checked, not
 * believed. A look that fails changes nothing.
 */
@Injectable()
export class ReleasedClient implements ReleaseGate, OnApplicationShutdown {
  #manifestHash: Uint8Array | null = null;
  #files: ReadonlyMap<string, StaticFile> = new Map();
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;
  #looked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly repository: ReleasesRepository,
    private readonly places: ReleasePlaces,
    @Inject(TRUST_STORE) private readonly trustStore: TrustStore | null,
    @Inject(LOG) private readonly log: Log,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get files(): ReadonlyMap<string, StaticFile> {
    return this.#files;
  }

  /** Watches over the client of this manifest, from a first look on. */
  async watch(manifestHash: Uint8Array): Promise<void> {
    this.#manifestHash = manifestHash;
    await this.look();
    this.#timer = setInterval(() => {
      this.#looked = this.#looked.then(async () => this.look());
    }, LOOK_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looked;
  }

  /** Never rejects. */
  async look(): Promise<void> {
    try {
      const release = await this.#findOwn();
      if (release === null) this.#close();
      else await this.#open(release);
    } catch (error) {
      this.log.warn('release.not-looked', errorFields(error));
    }
  }

  async #findOwn(): Promise<ReleaseInUse | null> {
    const hash = this.#manifestHash;
    if (hash === null || this.trustStore === null) return null;
    const inUse = await this.database.asServer((tx) => this.repository.findInUse(tx));
    const own = inUse.find(({ manifestHash }) => manifestHash === toBase64Url(hash)) ?? null;
    return own !== null && this.#holds(own, hash) ? own : null;
  }

  /** The row, its signatures and its event are about this manifest. */
  #holds({ note, leaf, digests, salt, body }: ReleaseInUse, hash: Uint8Array): boolean {
    try {
      const store = this.trustStore ?? { deployment: '' };
      const release = verifyWebRelease(nodeTlogCrypto, utf8(note), store);
      if (!equalBytes(release.manifestHash, hash)) return false;
      const what = { salt, bytes: body };
      assertReleaseEvent(nodeTlogCrypto, { leaf, digests: eachDigest(digests), what }, release);
      return true;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.log.warn('release.refused', errorFields(error));
      return false;
    }
  }

  #close(): void {
    if (this.#isOpen) this.log.warn('release.withdrawn');
    this.#isOpen = false;
    this.#files = new Map();
  }

  async #open(release: ReleaseInUse): Promise<void> {
    if (!this.#isOpen) this.log.info('release.served');
    if (!this.#files.has(RELEASE_FILES.note)) {
      const note = toStaticFile(RELEASE_FILES.note, Buffer.from(release.note));
      this.#files = new Map([[RELEASE_FILES.note, note]]);
    }
    this.#isOpen = true;
    if (!this.#files.has(RELEASE_FILES.evidence)) await this.#addEvidence(release);
  }

  /** Once the quorum has seen the event: the checkpoint that it cosigned proves it for ever. */
  async #addEvidence({ origin, index, leaf, digests, salt, body }: ReleaseInUse): Promise<void> {
    const shown = { index: Number(index), leaf, digests: eachDigest(digests) };
    const found = await this.places.find(origin, shown.index);
    if (found === null) return;
    const { proof, years } = found;
    const event = { ...shown, what: { salt, bytes: body }, proof };
    const evidence = formatReleaseEvidence({ event, years });
    const file = toStaticFile(RELEASE_FILES.evidence, Buffer.from(canonicalJson(evidence)));
    this.#files = new Map([...this.#files, [RELEASE_FILES.evidence, file]]);
  }
}
