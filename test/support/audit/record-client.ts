import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  ClientStatements,
  DeviceCounter,
  EventProofs,
  KeptReceipts,
  LogHeads,
  ReceiptChecks,
  Session,
  signIn,
  softwareProofKey,
  type AuditTrust,
} from '@enlace/client';
import { parseId, systemRandom, toBase64Url, type DeviceId } from '@enlace/kernel';
import { forTestsOnlySeed, MemoryStore, nodeTlogCrypto, personaOf, testId } from '@enlace/testing';
import { parseSkey, parseVkey } from '@enlace/tlog';

import { FromElsewhere } from '../people/client-people.js';
import { partReader, prefixOf, ServedLog } from '../../../apps/cli/src/log/log-reader.js';
import type { SessionServer } from '../sessions/session-server.js';

/** The client that we ship on a device of the region, with what it needs to check the record. */
export class RecordClient {
  readonly store = new MemoryStore();
  readonly evidence = new Map<string, string>();
  readonly statements: ClientStatements;
  readonly receipts: KeptReceipts;
  #session: Session | null = null;
  #token = '';

  constructor(
    private readonly api: SessionServer,
    readonly slug: string,
    readonly deviceName = `cli:${slug}`,
  ) {
    this.statements = new ClientStatements(this.store, this.#ports);
    this.receipts = new KeptReceipts(this.store, {
      statements: this.statements,
      clock: this.api.clock,
    });
  }

  get deviceId(): DeviceId {
    return parseId<DeviceId>(testId(this.deviceName, 7));
  }

  get session(): Session {
    if (this.#session === null) throw new Error('not signed in');
    return this.#session;
  }

  async signIn(): Promise<void> {
    const { state } = personaOf(this.slug);
    const transport = new FromElsewhere(this.api.url);
    const counter = await DeviceCounter.open(this.store);
    const key = softwareProofKey(systemRandom.bytes(32));
    const device = {
      deviceId: this.deviceId,
      deviceCert: this.api.region.newestId('device-cert', state, this.deviceId),
      seed: forTestsOnlySeed(this.deviceName),
      build: toBase64Url(new Uint8Array(32)),
    };
    const opened = await signIn(transport, device, { key, counter });
    await this.receipts.keep(opened.receipt);
    const { session } = opened;
    this.#token = session.token ?? '';
    this.#session = new Session(transport, {
      ...this.#ports,
      ...session,
      deviceId: this.deviceId,
      key,
      counter,
      receipts: this.receipts,
      keepRotated: async () => {},
    });
  }

  /** The events of the record as this client checks them: against checkpoints and tiles that it reads itself. */
  async proofs(): Promise<EventProofs> {
    const read = partReader(this.api.url, () => ({ authorization: `DPoP ${this.#token}` }));
    const logOf = (origin: string) => new ServedLog(read, prefixOf(origin));
    return new EventProofs({
      source: {
        checkpoint: async (origin) => logOf(origin).checkpoint(),
        tiles: (origin) => logOf(origin),
      },
      trust: await this.trust(),
      heads: new LogHeads(this.store),
    });
  }

  async declare(): Promise<unknown> {
    const request = {
      method: 'POST',
      path: '/declarations',
      body: { purpose: 'training' },
    } as const;
    return this.session.request(request, 'act');
  }

  async checks(): Promise<ReceiptChecks> {
    return new ReceiptChecks({
      ...this.#ports,
      actor: { personId: testId(this.slug, 4), state: personaOf(this.slug).state },
      statements: this.statements,
      receipts: this.receipts,
      heads: new LogHeads(this.store),
      trust: await this.trust(),
      keepEvidence: async (name, text) => {
        this.evidence.set(name, text);
        return name;
      },
    });
  }

  get #ports() {
    const device = { deviceId: this.deviceId, seed: forTestsOnlySeed(this.deviceName) };
    return { device, clock: this.api.clock, random: systemRandom };
  }

  /** What a trust store and the directory say in a deployment: here, the keys as the node has them. */
  async trust(): Promise<AuditTrust> {
    const [log] = await this.api.database.asAdmin(
      `SELECT vkey FROM audit.logs WHERE stream = 'audit'`,
    );
    const file = join(this.api.dataDir, 'log-keys', 'receipts.localhost.key');
    const { key } = parseSkey(nodeTlogCrypto, (await readFile(file, 'utf8')).trim());
    const audit = parseVkey(nodeTlogCrypto, String(log?.['vkey']));
    return {
      policy: { logs: [{ key: audit, url: null }], witnesses: [], groups: [], quorum: 'none' },
      namesAuditLog: true,
      receiptKeys: [key],
      losses: [],
    };
  }
}
