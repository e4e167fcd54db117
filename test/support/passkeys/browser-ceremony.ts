import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseHex, systemClock, systemRandom } from '@enlace/kernel';
import {
  forTestsOnlySeed,
  personaOf,
  Region,
  REGION_START_MS,
  strictPolicy,
} from '@enlace/testing';
import { formatVkey } from '@enlace/tlog';
import {
  cosignStatement,
  formatInvitation,
  trustStoreFingerprint,
  verifyClaim,
  type Claim,
} from '@enlace/trust';
import type { CDPSession, Page } from 'playwright-core';
import request from 'supertest';

import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { startServer, type TestServer } from '../api-server.js';
import { startWitness } from '../log/witnesses.js';
import { Invitee } from '../people/invitee.js';

const AS_PROGRAM = { authorization: 'DPoP none' };
const ONE = 'registrar:CR:1';
const TWO = 'registrar:CR:2';

const LOG = 'directory.localhost';

export interface CeremonyServer extends TestServer {
  readonly region: Region;
  /** The roots of the region, with the log of this server and its witness. */
  readonly trustStoreText: string;
  /** How far the clock of this server is before the one of the machine: its roots begin on a fixed day. */
  readonly aheadMs: number;
}

/** The real server with the client and a witness, over a region whose State has been founded. */
export async function startCeremonyServer(webRoot: string): Promise<CeremonyServer> {
  const aheadMs = Math.max(0, REGION_START_MS - systemClock.nowMs());
  const nowMs = (): number => systemClock.nowMs() + aheadMs;
  const region = await Region.founded(['CR', 'PA', 'XR'], null, nowMs());
  region.add(strictPolicy('CR', { allowCliDevices: true }), ['root:CR']);
  for (const state of ['CR', 'PA'] as const) region.addOffices(state);
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-browser-'));
  const { key } = await new LogKeyFiles(dataDir, systemRandom).obtain(LOG);
  const vkey = formatVkey(key);
  const witness = await startWitness('CR');
  witness.witness.trustLogs([vkey]);
  const trustStoreText = JSON.stringify({
    ...JSON.parse(region.trustStoreText),
    directory: { origin: LOG, vkey },
    policy: `log ${vkey}\nwitness w0 ${witness.vkey}\nquorum w0\n`,
  });
  await writeFile(join(dataDir, 'trust-store.json'), trustStoreText);
  const server = await startServer(
    { ENLACE_DATA: dataDir, WITNESS_URLS: `${witness.name}=${witness.url}` },
    { webRoot, forTestsOnlyUnreleasedClient: true, forTestsOnlyClock: { nowMs } },
  );
  for (const wire of region.wires)
    await post(server.url, '/authorities/founding/statements', { wire });
  return {
    ...server,
    region,
    trustStoreText,
    aheadMs,
    close: async () => {
      await server.close();
      await witness.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the registrars of the State do for one invited person, while the person sits at a browser. */
export class BrowserCeremony {
  readonly invitee: Invitee;
  #claim: Claim | null = null;

  constructor(
    private readonly server: CeremonyServer,
    slug = 'cr-rosa',
  ) {
    this.invitee = new Invitee(server.region, slug);
  }

  /** The paper with the code, after two registrars have signed the invitation. */
  async invite(): Promise<string> {
    const { invitee } = this;
    const wire = invitee.invitationWire([ONE]);
    await this.#found('', { wire, card: invitee.card });
    await this.#found('/approval', { wire: invitee.invitationWire([ONE, TWO]) });
    return formatInvitation({
      state: 'CR',
      invitationId: invitee.invitationId,
      code: invitee.code,
      trustStoreFingerprint: trustStoreFingerprint(this.server.trustStoreText),
    });
  }

  /**
   * Reads the claim off the wire, as the registrars would find it at the server, and sets the clock of the worker to
   * the one of the server: the script that was checked is untouched, the one that runs begins with a line of ours.
   */
  async watch(page: Page): Promise<void> {
    await page.context().route('**/assets/crypto.worker-*.js', async (route) => {
      if (route.request().resourceType() === 'fetch') return route.continue();
      const response = await route.fetch();
      const shift = `{const now=Date.now;Date.now=()=>now()+${this.server.aheadMs};}`;
      return route.fulfill({ response, body: shift + (await response.text()) });
    });
    page.context().on('request', (sent) => {
      if (!sent.url().endsWith('/people/invitations/claim')) return;
      const { wire }: { wire: string } = sent.postDataJSON();
      this.#claim = verifyClaim(wire);
    });
  }

  get claim(): Claim {
    if (this.#claim === null) throw new Error('nothing was claimed');
    return this.#claim;
  }

  /** Both registrars sign what was claimed. */
  async certify(): Promise<void> {
    const { region } = this.server;
    const { card } = this.invitee.invitation;
    const { identityKey } = this.claim;
    const draft = { ...region.person(personaOf(this.invitee.slug)), card, identityKey };
    const half = region.draft({ ...draft, roles: [...draft.roles] }, [ONE]).object.wire;
    await this.#found('/certificate', { wire: half });
    await this.#found('/certificate', { wire: cosignStatement(half, forTestsOnlySeed(TWO)) });
  }

  async #found(step: string, body: object): Promise<void> {
    const id = step === '' ? '' : `/${this.invitee.invitationId}`;
    await post(this.server.url, `/authorities/founding/invitations${id}${step}`, body);
  }
}

async function post(url: string, path: string, body: object): Promise<void> {
  const answer = await request(url).post(path).set(AS_PROGRAM).send(body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
}

declare global {
  /** Bound by the harness: what the passkey's function gave to the page, in hex. */
  var reportPrf: (hex: string) => void;
  var reportKeptBack: () => void;
}

/** Authenticators of Chromium, and everything that they and the page let out. */
export class VirtualPasskeys {
  readonly prfs: Uint8Array[] = [];
  readonly bodies: Buffer[] = [];
  keptBack = 0;
  #current = '';

  private constructor(
    private readonly cdp: CDPSession,
    private readonly hasPrf: boolean,
  ) {}

  static async on(page: Page, { hasPrf }: { readonly hasPrf: boolean }): Promise<VirtualPasskeys> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const passkeys = new VirtualPasskeys(cdp, hasPrf);
    await page.exposeBinding('reportPrf', (_source, hex: string) => {
      passkeys.prfs.push(parseHex(hex));
    });
    await page.addInitScript(() => {
      const owner = PublicKeyCredential.prototype;
      const platform = Reflect.get(owner, 'getClientExtensionResults');
      owner.getClientExtensionResults = function reporting() {
        const results = platform.call(this);
        const first = results.prf?.results?.first;
        if (first instanceof ArrayBuffer) {
          const bytes = [...new Uint8Array(first)];
          reportPrf(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
        }
        return results;
      };
    });
    page.context().on('request', (sent) => {
      const body = sent.postDataBuffer();
      if (body !== null) passkeys.bodies.push(body);
    });
    await passkeys.plug();
    return passkeys;
  }

  /** As authenticators do that have the function and give nothing of it when a passkey is made. */
  async keepBack(page: Page): Promise<void> {
    await page.exposeBinding('reportKeptBack', () => {
      this.keptBack += 1;
    });
    await page.addInitScript(() => {
      const owner = PublicKeyCredential.prototype;
      const platform = Reflect.get(owner, 'getClientExtensionResults');
      owner.getClientExtensionResults = function keeping() {
        const results = platform.call(this);
        if (!(this.response instanceof AuthenticatorAttestationResponse)) return results;
        reportKeptBack();
        return { ...results, prf: { enabled: results.prf?.enabled === true } };
      };
    });
  }

  /** Another authenticator in the place of the one before, which keeps what it holds. */
  async plug(): Promise<void> {
    if (this.#current !== '') await this.#answer(this.#current, false);
    const { authenticatorId } = await this.cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        hasPrf: this.hasPrf,
      },
    });
    this.#current = authenticatorId;
  }

  async #answer(authenticatorId: string, enabled: boolean): Promise<void> {
    await this.cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  }
}
