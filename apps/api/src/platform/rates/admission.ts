import { Injectable } from '@nestjs/common';

import type { ActContext } from '../access/act.js';
import { Shedding } from '../backlog/shedding.js';
import { AddressGate } from './address-gate.js';
import { RateGate } from './rate-gate.js';
import { StateShares, type Turn } from './state-shares.js';

/** Whether there is room for an act, before its proof is looked at: an act that finds none uses no number. */
@Injectable()
export class Admission {
  /** By the request, or by the arguments of the socket event. */
  private readonly turns = new WeakMap<object, Turn>();

  constructor(
    private readonly addresses: AddressGate,
    private readonly gate: RateGate,
    private readonly shares: StateShares,
    private readonly shedding: Shedding,
  ) {}

  /** Throws `server.recovery`, `audit.backlogged`, `audit.unavailable` and `rate.limited`. */
  assert(handler: object, act: ActContext, sessionId: string | null): void {
    this.shedding.assert(handler);
    this.gate.assert(handler, act, sessionId);
  }

  /** The session of a request from there stands: it counts for the session and no longer for the address. */
  vouch(address: string): void {
    this.addresses.giveBack(address);
  }

  /** Waits for the turn of an act under a session. Throws `rate.limited`. */
  async takeTurn(call: object, state: string): Promise<void> {
    this.turns.set(call, await this.shares.take(state));
  }

  /** Ends the turn of an act, where it had one. */
  endTurn(call: object): void {
    this.turns.get(call)?.end();
  }
}
