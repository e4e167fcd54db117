import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import {
  fetchVault,
  HttpTransport,
  openRootKey,
  readPersonCards,
  readPersonItems,
  Vault,
  vaultSignKeys,
} from '@enlace/client';
import { readRecoveryCode } from '@enlace/e2ee';
import { isDomainError, systemClock, systemRandom } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { currentOf, parseTrustStore, type Directory, type PersonCert } from '@enlace/trust';

import { openDirectory, syncDirectory } from '../../../apps/cli/src/home/held-directory.js';
import { openHome } from '../../../apps/cli/src/home/home.js';
import { loadProfile } from '../../../apps/cli/src/home/device-profile.js';
import { openKeptSession, openNewSession } from '../../../apps/cli/src/home/signed-in.js';
import { ROOT } from '../../architecture/house.js';
import type { Account } from '../first-run/accounts.js';
import { DataFolder } from '../first-run/data-folder.js';
import { enlace, EnlaceCommand, until, type Start } from '../first-run/enlace-command.js';

/** A first start makes the keys of thirty-four people; a busy machine takes its time. In milliseconds. */
export const FIRST_START_MS = 420_000;
const RATE_LIMITED = 'rate.limited';
/** A minute has twenty halves of a sign-in. */
const LIMIT_PAUSE_MS = 3_000;
const READY = /ready at (?<url>http:\/\/\S+)/u;

/** The data folder of a demo, and the commands that somebody runs on it. */
export class DemoStage {
  readonly data: DataFolder;
  /** How long the newest start took until it was ready. In milliseconds. */
  startedInMs = 0;

  constructor(
    folder: string,
    private readonly account: Account,
  ) {
    this.data = new DataFolder(folder);
  }

  /** A command on this folder, to be started. */
  command(...args: readonly string[]): Start {
    return { root: ROOT, account: this.account, args: [...args, '--data', this.data.path] };
  }

  start(...args: readonly string[]): EnlaceCommand {
    return new EnlaceCommand(this.command('demo', ...args));
  }

  /** Waits for the line that says where it answers. */
  async ready(demo: EnlaceCommand): Promise<string> {
    const beganAtMs = systemClock.nowMs();
    const answers = (): string => READY.exec(demo.output)?.groups?.['url'] ?? '';
    await this.heard(demo, () => answers() !== '');
    this.startedInMs = systemClock.nowMs() - beganAtMs;
    return answers();
  }

  /** Waits for something that the demo says; one that ends instead fails with its last words. */
  async heard(demo: EnlaceCommand, isSaid: () => boolean): Promise<void> {
    const isKnown = (): boolean => isSaid() || demo.isOver;
    await until('the demo to say more', isKnown, FIRST_START_MS);
    if (!isSaid()) throw new Error(`the demo ended: ${demo.output}${demo.errors}`);
  }

  async run(...args: readonly string[]): ReturnType<typeof enlace> {
    return enlace(this.command(...args));
  }

  /** A command of somebody of the demo. */
  async as(slug: string, ...args: readonly string[]): ReturnType<typeof enlace> {
    return this.inWords(slug, ...args, '--json');
  }

  /** Signs somebody in. All of the demo come from one address, which has so many sign-ins a minute: it waits. */
  async signIn(slug: string): ReturnType<typeof enlace> {
    for (;;) {
      const opened = await this.as(slug, 'device', 'sign-in');
      if (!opened.output.includes(RATE_LIMITED)) return opened;
      await pause(LIMIT_PAUSE_MS);
    }
  }

  /** The same, answered for a person. */
  async inWords(slug: string, ...args: readonly string[]): ReturnType<typeof enlace> {
    return enlace(this.worded(slug, ...args));
  }

  /** The same, to be watched, and killed. */
  watched(slug: string, ...args: readonly string[]): EnlaceCommand {
    return new EnlaceCommand(this.worded(slug, ...args));
  }

  private worded(slug: string, ...args: readonly string[]): Start {
    return {
      root: ROOT,
      account: this.account,
      args: [...args, '--home', this.home(slug)],
      environment: { ENLACE_PASSPHRASE: 'demo' },
    };
  }

  /** A command of somebody of the demo at a home of their own choice, to be typed at. */
  begin(
    { home, passphrase = 'demo' }: { readonly home: string; readonly passphrase?: string },
    ...args: readonly string[]
  ): EnlaceCommand {
    return new EnlaceCommand({
      root: ROOT,
      account: this.account,
      args: [...args, '--home', home, '--json'],
      environment: { ENLACE_PASSPHRASE: passphrase },
      typed: null,
    });
  }

  /** A command of a registrar of the demo, who signs with the key beside the home. */
  async registrar(slug: string, ...args: readonly string[]): ReturnType<typeof enlace> {
    const home = join(this.data.path, 'demo/registrars', slug);
    const key = args[0] === 'person' ? ['--key', join(home, 'registrar.key')] : [];
    return enlace({
      root: ROOT,
      account: this.account,
      args: [...args, '--home', home, ...key, '--json'],
      environment: { ENLACE_PASSPHRASE: 'demo', ENLACE_PASSPHRASE_2: 'demo' },
    });
  }

  /** Somebody at a machine where no home is yet. */
  async atNewHome(home: string, ...args: readonly string[]): ReturnType<typeof enlace> {
    return enlace({
      root: ROOT,
      account: this.account,
      args: [...args, '--home', home, '--json'],
      environment: { ENLACE_PASSPHRASE: 'una frase que nadie adivina' },
    });
  }

  home(slug: string): string {
    return join(this.data.path, 'demo/personas', slug);
  }

  get slugs(): readonly string[] {
    return readdirSync(join(this.data.path, 'demo/personas'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  }

  /** The key of every root. */
  get roots(): readonly string[] {
    const text = readFileSync(join(this.data.path, 'trust-store.json'), 'utf8');
    return parseTrustStore(text).roots.map(({ rootKey }) => rootKey);
  }

  /** The newest checkpoint of the directory that the witness of a State cosigned. */
  cosignedBy(state: string): string {
    const path = join(this.data.path, 'demo/witnesses', state.toLowerCase(), 'witness.json');
    const { logs }: { logs: readonly { note: string | null }[] } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    return logs.map(({ note }) => note ?? '').find((note) => note.startsWith('directory.')) ?? '';
  }

  /** Files below the demo's folder that anybody but their owner can reach, with the folders on the way. */
  get open(): readonly string[] {
    const folder = join(this.data.path, 'demo');
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => (statSync(path).mode & 0o077) !== 0)
      .map((path) => path.slice(folder.length + 1));
  }

  /** What the code that belongs on paper opens of somebody's vault, and what the home has. */
  async vaultOf(slug: string): Promise<{ readonly kept: Uint8Array; readonly own: Uint8Array }> {
    const home = await openHome(this.home(slug), 'demo');
    try {
      const profile = await loadProfile(home.store);
      if (profile?.deviceCert == null || profile.personId === null) throw new Error('no person');
      const { deviceCert, personId, keys } = profile;
      const enrolled = { store: home.store, profile: { ...profile, deviceCert } };
      await this.#openNewSession(enrolled, profile.server);
      const { session } = await openKeptSession(enrolled);
      const replica = await openDirectory(enrolled);
      await syncDirectory(replica, session);
      const { directory } = replica;
      const signKeys = vaultSignKeys(directory, personId);
      // A device that starts again has seen nothing yet.
      const store = new MemoryStore();
      const parts = { session, store, personId, signKeys, random: systemRandom };
      const fetched = await fetchVault(parts);
      const paper = readFileSync(`${this.home(slug)}.recovery-code`, 'utf8').trim();
      const secret = { kind: 'recovery', code: readRecoveryCode(paper).secret } as const;
      const rootKey = openRootKey(fetched.wraps, secret, personId);
      const vault = Vault.of(parts, keys.signSeed, { rootKey, fetched });
      const about = { directory, personId, nowMs: systemClock.nowMs() };
      const { identitySeed, trustStoreText } = await readPersonItems(vault, about);
      if (trustStoreText !== profile.trustStore) throw new Error('another trust store');
      return { kept: identitySeed, own: keys.identitySeed };
    } finally {
      home.close();
    }
  }

  async #openNewSession(
    enrolled: Parameters<typeof openNewSession>[0],
    server: string,
  ): Promise<void> {
    for (;;) {
      try {
        await openNewSession(enrolled, new HttpTransport(server));
        return;
      } catch (error) {
        if (!isDomainError(error, RATE_LIMITED)) throw error;
        await pause(LIMIT_PAUSE_MS);
      }
    }
  }

  /** The directory and the names behind it, replicated and folded by the client of one of its people. */
  async seenBy(slug: string): Promise<{ directory: Directory; people: readonly string[] }> {
    const home = await openHome(this.home(slug), 'demo');
    try {
      const profile = await loadProfile(home.store);
      if (profile?.deviceCert == null) throw new Error('not enrolled');
      const { deviceCert } = profile;
      const enrolled = { store: home.store, profile: { ...profile, deviceCert } };
      await this.#openNewSession(enrolled, profile.server);
      const { session } = await openKeptSession(enrolled);
      const replica = await openDirectory(enrolled);
      const alerts = await syncDirectory(replica, session);
      if (alerts.length > 0)
        throw new Error(`the directory is not sound: ${JSON.stringify(alerts)}`);
      const { directory } = replica;
      const cards = await readPersonCards(
        session,
        personCerts(directory).map(({ card }) => card),
      );
      return {
        directory,
        people: [...cards.values()].flatMap(({ displayName }) =>
          typeof displayName === 'string' ? [displayName] : [],
        ),
      };
    } finally {
      home.close();
    }
  }
}

/** The certificates of people that count. */
export function personCerts(directory: Directory): readonly PersonCert[] {
  return [...directory.statements.values()].flatMap(({ statement: { body } }) => {
    if (body.type !== 'person-cert') return [];
    const slot = { type: body.type, state: body.state, subject: body.personId } as const;
    const current = currentOf(directory, slot);
    return current?.statement.body === body ? [body] : [];
  });
}
