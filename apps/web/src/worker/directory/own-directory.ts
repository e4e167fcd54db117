import {
  activatePerson,
  confirmedFactsOf,
  directoryOf,
  DirectoryReplica,
  verifyOwnChain,
  type DirectoryAlert,
} from '@enlace/client';
import { formatInstant, isDomainError, parseId, systemClock, type PersonId } from '@enlace/kernel';
import { parseStatement, type Directory } from '@enlace/trust';

import type { Look, ResultOf } from '../../protocol/operations.js';
import { keysOf, stateOf } from '../device-profile.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { certificatesBehind, namesIn } from './names.js';
import { OwnVault } from './own-vault.js';
import { ownChainInWords } from './own-chain-in-words.js';

type ReadUpTo = (Look & { kind: 'waiting' })['log'];

/** The directory as this browser holds it: replicated, folded and judged here. */
export class OwnDirectory {
  readonly #keeper: Keeper;
  readonly #account: OwnAccount;
  #replica: DirectoryReplica | null = null;
  #before: Promise<unknown> = Promise.resolve();
  /** A replica tells of an alert once; until the page is left it stays said. */
  readonly #alerts = new Set<DirectoryAlert['kind']>();

  constructor(keeper: Keeper, account: OwnAccount) {
    this.#keeper = keeper;
    this.#account = account;
  }

  /**
   * Takes in what is new, one question after another: a replica is opened from what the one before has written to its
   * end. Without an answer of the server the page goes on with what was held. Throws `directory.refused` when
   * the log is no extension of what is held, `tlog.*` for a checkpoint that it did not sign.
   */
  async read(seat: Seat): Promise<{ readonly directory: Directory; readonly log: ReadUpTo }> {
    const turn = this.#before.then(async () => this.#readNow(seat));
    this.#before = turn.catch(() => {});
    return turn;
  }

  async #readNow(seat: Seat): Promise<{ readonly directory: Directory; readonly log: ReadUpTo }> {
    const replica = await this.#open(seat);
    let isFresh = true;
    try {
      const alerts = await replica.sync(directoryOf(seat.session));
      for (const { kind } of alerts) this.#alerts.add(kind);
    } catch (error) {
      if (!isDomainError(error, 'client.unreachable') || replica.checkpoint === null) throw error;
      isFresh = false;
    }
    const { directory, entries, checkpoint } = replica;
    const witnessTimeMs = checkpoint?.witnessTimeMs ?? null;
    const witnessedAt = witnessTimeMs === null ? null : formatInstant(witnessTimeMs);
    const alerts = [...this.#alerts];
    return { directory, log: { size: entries.length, witnessedAt, isFresh, alerts } };
  }

  /** The directory with the statements that it was folded from, as new as can be. Throws as `read`. */
  async held(seat: Seat): Promise<Pick<DirectoryReplica, 'directory' | 'entries'>> {
    await this.read(seat);
    return this.#open(seat);
  }

  /**
   * Who this person is and who vouches, by the own directory alone. The first time that the chain is sound the account
   * begins, after its vault is kept. Throws as `read`, and `chain.refused` when it fails for ever: after a revocation,
   * or under other keys.
   */
  async look(): Promise<Look> {
    const seat = await this.#account.seat();
    const { profile, identitySeed, session } = seat;
    if (identitySeed === null) return { kind: 'vault-closed' };
    const { directory, log } = await this.read(seat);
    const certificate = parseStatement(profile.deviceCert ?? '').body;
    const own = {
      keys: keysOf(profile, identitySeed),
      personId: parseId<PersonId>(profile.personId ?? ''),
      certifiedAtMs: Date.parse(certificate.issuedAt),
    };
    const chain = verifyOwnChain(directory, own, systemClock.nowMs());
    if (chain.kind === 'waiting') return { kind: 'waiting', rule: chain.rule, log };
    if (profile.step !== 'active' && log.isFresh) {
      await new OwnVault(seat, this.#keeper.store, directory).bring();
      await activatePerson(session);
      await this.#account.keepActive();
    }
    const { person } = chain.device;
    const behind = certificatesBehind(directory, [person.personId, ...person.registrars]);
    const names = log.isFresh ? await namesIn(session, behind) : new Map<never, never>();
    return { ...ownChainInWords(directory, chain.device, names), log };
  }

  /** What the server keeps of the vault, verified. Throws as `OwnVault.look`, and as `read`. */
  async vault(): Promise<ResultOf<'directory.vault'>> {
    const seat = await this.#account.seat();
    const { directory } = await this.read(seat);
    return new OwnVault(seat, this.#keeper.store, directory).look(directory);
  }

  /** What the States confirmed of the packs of the pre-check. Throws as `read`. */
  async facts(): Promise<ResultOf<'directory.facts'>> {
    const { directory } = await this.read(await this.#account.seat());
    return [...confirmedFactsOf(directory)];
  }

  async #open({ profile }: Seat): Promise<DirectoryReplica> {
    const trust = { trustStoreText: profile.trustStore, viewpoint: stateOf(profile) };
    this.#replica ??= await DirectoryReplica.open(this.#keeper.store, trust);
    return this.#replica;
  }
}
