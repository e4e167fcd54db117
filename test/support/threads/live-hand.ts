import {
  encodeEntry,
  type EntriesAppended,
  type Entry,
  type EntryPushed,
  type SocketAnswer,
} from '@enlace/contracts';
import { toBase64Url } from '@enlace/kernel';
import type { Socket } from 'socket.io-client';

import type { SocketClients } from '../sessions/socket-clients.js';
import { bodyHash } from '../sessions/test-device.js';
import type { ThreadHand } from './thread-hand.js';

/** A member with a socket, and what came over it that the hand had not read when it connected. */
export class LiveHand {
  readonly pushed: EntryPushed[] = [];

  private constructor(
    readonly hand: ThreadHand,
    readonly socket: Socket,
  ) {
    // Whoever is in other threads as well hears of those too, and a busy node hands out late what was read meanwhile.
    const { seq: readBefore } = hand.seen;
    socket.on('entry', (entry: EntryPushed) => {
      if (entry.threadId === hand.threadId && entry.seq > readBefore) this.pushed.push(entry);
    });
  }

  static async of(hand: ThreadHand, clients: SocketClients): Promise<LiveHand> {
    return new LiveHand(hand, await clients.connect(hand.device));
  }

  get seqs(): readonly number[] {
    return this.pushed.map(({ seq }) => seq);
  }

  /** An event with a proof of this device. */
  async emit<Data>(event: string, body: object): Promise<SocketAnswer<Data>> {
    const { device, api } = this.hand;
    const text = JSON.stringify(body);
    const target = { htm: event, htu: `${api.url}/socket`, bh: bodyHash('', text) };
    return this.#send(event, await device.prove(target), text);
  }

  /** An event that carries no proof. */
  async say<Data>(event: string, body: object): Promise<SocketAnswer<Data>> {
    return this.#send(event, '', JSON.stringify(body));
  }

  /** Entries over the socket. */
  async send(entries: readonly Entry[]): Promise<SocketAnswer<EntriesAppended>> {
    const items = entries.map((entry) => ({ entry: toBase64Url(encodeEntry(entry)) }));
    const { threadId } = this.hand;
    const answer = await this.emit<EntriesAppended>('entry.append', { threadId, items });
    if (answer.ok) this.hand.keep(entries, answer.data);
    return answer;
  }

  async #send<Data>(event: string, proof: string, text: string): Promise<SocketAnswer<Data>> {
    const answer: SocketAnswer<Data> = await this.socket
      .timeout(10_000)
      .emitWithAck(event, proof, text);
    this.hand.device.nonce = answer.nonce ?? this.hand.device.nonce;
    return answer;
  }
}
