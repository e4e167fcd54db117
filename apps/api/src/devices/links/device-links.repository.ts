import type { DeviceLinkHeard, DeviceLinkPart } from '@enlace/contracts';
import { formatInstant } from '@enlace/kernel';
import { Injectable } from '@nestjs/common';

import type { Transaction } from '../../platform/database/database.js';

/** One link, at one moment. */
export interface LinkKey {
  readonly linkId: string;
  readonly nowMs: number;
}

/** The offer, and what the other device has said so far. */
type OfferedLink = DeviceLinkHeard & { readonly offer: string };

/** The offer, and the number that the new device told. */
interface MyLink {
  readonly offer: string;
  readonly told: string | null;
}

type Done = readonly { readonly done: boolean }[];

/** All SQL of links between devices: no role of the server reads their table. */
@Injectable()
export class DeviceLinksRepository {
  /** False for an id that is taken. */
  async offer(
    tx: Transaction,
    { linkId, nowMs }: LinkKey,
    { wire, expiresAtMs }: { readonly wire: string; readonly expiresAtMs: number },
  ): Promise<boolean> {
    const values = [linkId, wire, formatInstant(nowMs), formatInstant(expiresAtMs)];
    const rows: Done = await tx.query(
      'SELECT guard.offer_device_link($1, $2, $3, $4) AS done',
      values,
    );
    return rows[0]?.done === true;
  }

  async findOffered(tx: Transaction, { linkId, nowMs }: LinkKey): Promise<OfferedLink | null> {
    const rows: readonly OfferedLink[] = await tx.query(
      'SELECT offer, acceptance, reveal, box FROM guard.offered_device_link($1, $2)',
      [linkId, formatInstant(nowMs)],
    );
    return rows[0] ?? null;
  }

  /** Keeps the number of the new device, once the other one has committed to its own. */
  async tell(tx: Transaction, { linkId, nowMs }: LinkKey, nonce: string): Promise<void> {
    const values = [linkId, nonce, formatInstant(nowMs)];
    await tx.query('SELECT guard.tell_device_link($1, $2, $3)', values);
  }

  /** Seen by the session: an offer that nobody has taken up, or that its own device has. */
  async findMine(tx: Transaction, { linkId, nowMs }: LinkKey): Promise<MyLink | null> {
    const rows: readonly MyLink[] = await tx.query(
      'SELECT offer, told FROM guard.my_device_link($1, $2)',
      [linkId, formatInstant(nowMs)],
    );
    return rows[0] ?? null;
  }

  /** False where that is not what comes next. */
  async say(
    tx: Transaction,
    { linkId, nowMs }: LinkKey,
    { part, content }: { readonly part: DeviceLinkPart; readonly content: string },
  ): Promise<boolean> {
    const values = [linkId, part, content, formatInstant(nowMs)];
    const rows: Done = await tx.query(
      'SELECT guard.say_device_link($1, $2, $3, $4) AS done',
      values,
    );
    return rows[0]?.done === true;
  }
}
