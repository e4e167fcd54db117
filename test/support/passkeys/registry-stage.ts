import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  approveInvitation,
  carryWhileFounding,
  certifyPerson,
  HttpTransport,
  proposeInvitation,
  readOpenInvitation,
  submitStatement,
  type Registrar,
} from '@enlace/client';
import { sealKeyFile } from '@enlace/e2ee';
import {
  formatInstant,
  newRandomId,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type PersonId,
} from '@enlace/kernel';
import { formatVkey } from '@enlace/tlog';
import { cryptoReady, publicKeyOf } from '@enlace/trust';
import type { Page } from 'playwright-core';

import { LogKeyFiles } from '../../../apps/api/src/platform/sequencer/log-signer.js';
import { startServer, type TestServer } from '../api-server.js';
import { startWitness } from '../log/witnesses.js';
import { FoundingState } from '../people/founding-state.js';

const LOG = 'directory.localhost';
/** Registrars let in as many as a story needs, however fast the machine is. */
const PLENTY = { perSecond: 1_000, burst: 1_000 };

/** Of the key files of both registrars. */
export const KEY_PASSPHRASE = 'una frase que nadie adivina';

export interface RegistryServer extends TestServer {
  readonly dataDir: string;
  readonly state: FoundingState;
  readonly trustStore: string;
}

/** The real server with the client and a witness, over a State that was founded a minute ago. */
export async function startRegistryServer(
  webRoot: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RegistryServer> {
  await cryptoReady();
  const state = new FoundingState();
  const dataDir = await mkdtemp(join(tmpdir(), 'enlace-registry-'));
  const files = new LogKeyFiles(dataDir, systemRandom);
  const vkey = formatVkey((await files.obtain(LOG)).key);
  const year = formatInstant(systemClock.nowMs()).slice(0, 4);
  const auditVkey = formatVkey((await files.obtain(`audit.localhost/${year}`)).key);
  const witness = await startWitness('CR');
  witness.witness.trustLogs([vkey, auditVkey]);
  const policy = `log ${vkey}\nlog ${auditVkey}\nwitness w0 ${witness.vkey}\nquorum w0\n`;
  const trustStore = state.trustStoreWith({ origin: LOG, vkey }, policy);
  await writeFile(join(dataDir, 'trust-store.json'), trustStore);
  const settings = {
    ENLACE_DATA: dataDir,
    WITNESS_URLS: `${witness.name}=${witness.url}`,
    TRUSTED_PROXIES: '127.0.0.1,::1',
    ...more,
  };
  const server = await startServer(settings, {
    webRoot,
    forTestsOnlyUnreleasedClient: true,
    forTestsOnlyRates: { stepUps: PLENTY },
  });
  const carry = carryWhileFounding(new HttpTransport(server.url));
  const named = state.sign({ type: 'witness-key', vkey: witness.vkey }, state.root);
  for (const wire of [...state.founding, named]) await submitStatement(carry, wire);
  return {
    ...server,
    dataDir,
    state,
    trustStore,
    close: async () => {
      await server.close();
      await witness.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** How a registrar becomes a person while nobody of the State can sign in: both keys speak, on paper and a stick. */
export class FoundingCeremony {
  readonly personId: PersonId;
  #wire = '';
  #claimWire = '';

  constructor(
    private readonly server: RegistryServer,
    private readonly which: 0 | 1 | 'auditor',
    private readonly name: string,
  ) {
    this.personId =
      which === 'auditor'
        ? newRandomId<PersonId>(systemRandom)
        : parseId(server.state.registrars[which]?.id ?? '');
  }

  /** Reads the claim off the wire: it travels to both registrars, who cannot ask the server yet. */
  watch(page: Page): void {
    page.context().on('request', (sent) => {
      if (!sent.url().endsWith('/people/invitations/claim')) return;
      const { wire }: { wire: string } = sent.postDataJSON();
      this.#claimWire = wire;
    });
  }

  /** The same of a claim that no browser has sent. */
  claimed(wire: string): void {
    this.#claimWire = wire;
  }

  /** The key file, as the State's root ceremony left it. */
  get keyFile(): string {
    if (this.which === 'auditor') throw new RangeError('no registrar');
    const seed = this.#seed(this.which);
    const file = {
      v: 1,
      kind: 'registrar',
      state: 'CR',
      publicKey: toBase64Url(publicKeyOf(seed)),
      custodian: 0,
      createdAt: formatInstant(systemClock.nowMs()),
    } as const;
    return sealKeyFile(file, seed, KEY_PASSPHRASE);
  }

  async invite(): Promise<string> {
    const { state, trustStore } = this.server;
    const card = {
      displayName: this.name,
      title: { es: 'Registro de personas', en: 'Registrar' },
    };
    const isAuditor = this.which === 'auditor';
    const invited = {
      officeId: state.officeId,
      roles: [isAuditor ? 'auditor' : 'registrar'],
      auditScope: isAuditor ? 'national' : null,
    } as const;
    const asked = { ...invited, personId: this.personId, card };
    const { wire, paper } = await proposeInvitation(this.#registrar(0), asked, trustStore);
    const open = { step: 'proposed', wire, claimWire: null, certificateWire: null } as const;
    this.#wire = await approveInvitation(this.#registrar(1), open);
    return paper;
  }

  /** Both registrars sit beside the person: the digits are those of the claim. */
  async certify(): Promise<void> {
    const open = {
      step: 'claimed',
      wire: this.#wire,
      claimWire: this.#claimWire,
      certificateWire: null,
    } as const;
    const digits = readOpenInvitation(open).digits ?? '';
    const certificateWire = await certifyPerson(this.#registrar(0), open, digits);
    await certifyPerson(this.#registrar(1), { ...open, certificateWire }, digits);
  }

  #registrar(which: 0 | 1): Registrar {
    return {
      state: 'CR',
      seed: this.#seed(which),
      carry: carryWhileFounding(new HttpTransport(this.server.url)),
      directory: null,
      clock: systemClock,
      random: systemRandom,
    };
  }

  #seed(which: 0 | 1): Uint8Array {
    return this.server.state.registrars[which]?.seed ?? new Uint8Array();
  }
}
