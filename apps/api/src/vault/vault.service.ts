import type { VaultItemShown, VaultShown, VaultWritten } from '@enlace/contracts';
import type { PutVaultRequest } from '@enlace/contracts/dto';
import { parseBase64Url, toBase64Url, type Clock, type PersonId } from '@enlace/kernel';
import { assertVaultContents, policyOf, verifyDevice, verifyVaultHead } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import { DirectoryLog } from '../directory/directory-log.js';
import type { ActContext, ActTransaction } from '../platform/access/act.js';
import { getSession } from '../platform/access/acting-session.js';
import { Acts } from '../platform/access/acts.js';
import { Permissions } from '../platform/access/permissions.js';
import { Refusal } from '../platform/problem/refusal.js';
import { AuditRecorder } from '../platform/tlog/audit-recorder.js';
import { CLOCK } from '../platform/tokens.js';
import { assertWaysToOpen, linesAfter, readChange, refused } from './vault-write.js';
import { VaultRepository } from './vault.repository.js';

/** The vault of whoever asks: kept and handed out, never opened. */
@Injectable()
export class Vaults {
  constructor(
    private readonly acts: Acts,
    private readonly permissions: Permissions,
    private readonly directory: DirectoryLog,
    private readonly repository: VaultRepository,
    private readonly audit: AuditRecorder,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Head, wraps and the list of items, all of one moment; for a session of recovery too, which has nothing else to open
   * them with.
   */
  async show(act: ActContext): Promise<VaultShown> {
    return this.acts.run(act, async (at) => {
      const personId = this.#assertMay(at, 'vault.read');
      const kept = await this.repository.findWhole(at.tx, personId);
      const bytes = (kept?.wraps ?? []).reduce((sum, wrap) => sum + wrap.length, 0);
      await this.#record(at, 'vault.fetched', { counter: kept?.counter ?? 0, bytes });
      return {
        head: kept?.head ?? null,
        wraps: (kept?.wraps ?? []).map(toBase64Url),
        items: (kept?.lines ?? []).map(({ itemId, version, hash, bytes: length }) => ({
          itemId: toBase64Url(itemId),
          version,
          hash: toBase64Url(hash),
          bytes: length,
        })),
      };
    });
  }

  /** One sealed item. Throws `vault.not-found`. */
  async showItem(act: ActContext, itemId: string): Promise<VaultItemShown> {
    return this.acts.run(act, async (at) => {
      const personId = this.#assertMay(at, 'vault.read');
      const found = await this.repository.findItem(at.tx, personId, parseBase64Url(itemId));
      if (found === null) throw new Refusal('vault.not-found');
      const { item, counter } = found;
      await this.#record(at, 'vault.fetched', { counter, bytes: item.length });
      return { item: Buffer.from(item).toString('base64url') };
    });
  }

  /**
   * Takes in one write. What the device of the session signed is compared with everything that is kept after it, so
   * that a vault which no client could verify is never kept. Throws `vault.conflict` with the counter in force when
   * another device wrote before, `vault.malformed`, `vault.head-refused`, `vault.refused`, `vault.full`.
   */
  async write(act: ActContext, request: PutVaultRequest): Promise<VaultWritten> {
    return this.acts.run(act, async (at) => {
      const personId = this.#assertMay(at, 'vault.write');
      const { deviceId, state } = getSession(at);
      const change = readChange(request, personId);
      const directory = await this.directory.current(at.tx);
      const nowMs = this.clock.nowMs();
      const { signKey } = verifyDevice(directory, deviceId, { nowMs });
      const head = verifyVaultHead(request.head, { personId, signKeys: [signKey] });
      const kept = await this.repository.lock(at.tx, personId);
      const counter = kept?.counter ?? 0;
      if (head.counter !== counter + 1) throw new Refusal('vault.conflict', { facts: { counter } });
      const wraps = change.wraps ?? kept?.wraps;
      if (wraps === undefined) throw refused('wraps-missing');
      assertWaysToOpen(wraps, policyOf(directory, state).minVaultWraps);
      // Where there was no vault there were no lines, whatever another first write has put there meanwhile.
      const lines = kept === null ? [] : await this.repository.findLines(at.tx, personId);
      const entries = linesAfter(lines, change);
      assertVaultContents(head, { entries, wraps });
      const written = { personId, counter: head.counter, head: request.head, wraps, nowMs };
      const isKept = await (kept === null
        ? this.repository.insert(at.tx, written)
        : this.repository.update(at.tx, written));
      if (!isKept) throw await this.#writtenMeanwhile(at, personId);
      await this.repository.removeItems(at.tx, personId, [...change.removed].map(parseBase64Url));
      await this.repository.putItems(at.tx, personId, change.items);
      const parts = [...change.items.map(({ item }) => item), ...(change.wraps ?? [])];
      const bytes = parts.reduce((sum, { length }) => sum + length, 0);
      await this.#record(at, 'vault.updated', { counter: head.counter, bytes });
      return { counter: head.counter };
    });
  }

  // Two first writes find no row to lock; the second waits for the first one's commit, and sees it afterwards.
  async #writtenMeanwhile({ tx }: ActTransaction, personId: PersonId): Promise<Refusal> {
    const { counter = 0 } = (await this.repository.find(tx, personId)) ?? {};
    return new Refusal('vault.conflict', { facts: { counter } });
  }

  #assertMay(at: ActTransaction, action: 'vault.read' | 'vault.write') {
    const { personId, state } = getSession(at);
    const about = { type: 'vault', id: personId, ownerState: state, personId };
    this.permissions.assert(at, action, { about });
    return personId;
  }

  async #record(
    at: ActTransaction,
    type: 'vault.fetched' | 'vault.updated',
    fields: { readonly counter: number; readonly bytes: number },
  ): Promise<void> {
    const { personId, state } = getSession(at);
    const object = { type: 'vault', id: personId, ownerState: state } as const;
    await this.audit.record(at, { type, outcome: 'success', object, states: [state], fields });
  }
}
