import { get, type IncomingMessage } from 'node:http';

import {
  ATTACHMENT_LIMITS,
  encodeEntry,
  type AttachmentReserved,
  type AttachmentTicketed,
} from '@enlace/contracts';
import {
  newId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  type AttachmentId,
} from '@enlace/kernel';
import request, { type Response } from 'supertest';

import { sealedBytes } from './sealed-bytes.js';
import type { ThreadHand } from './thread-hand.js';

type Headers = Readonly<Record<string, string>>;

/** A member who sends and fetches sealed files, written apart from the client that we ship. */
export class FileHand {
  reserved: AttachmentReserved | null = null;

  constructor(
    readonly hand: ThreadHand,
    readonly attachmentId: string = newId<AttachmentId>(systemClock, systemRandom),
    /** The sealed file; what is in it is nobody's matter here. */
    readonly bytes: Uint8Array = sealedBytes(1),
  ) {}

  get path(): string {
    return `/threads/${this.hand.threadId}/attachments/${this.attachmentId}`;
  }

  async reserve(length = this.bytes.length): Promise<Response> {
    const { attachmentId, hand } = this;
    const path = `/threads/${hand.threadId}/attachments`;
    const body = { attachmentId, length };
    const answer = await hand.device.send({ method: 'POST', path, body });
    if (answer.status === 200) this.reserved = answer.body;
    return answer;
  }

  /** A part, or what is said to be one. */
  async put(
    offset: number | string,
    bytes: Uint8Array,
    ticket = this.reserved?.ticket ?? '',
  ): Promise<Response> {
    return request(this.hand.api.url)
      .put(`${this.path}/content`)
      .set({ ...this.hand.device.tokenHeaders, 'enlace-ticket': ticket })
      .set({ 'content-type': 'application/octet-stream', 'upload-offset': String(offset) })
      .send(Buffer.from(bytes));
  }

  async offset(ticket = this.reserved?.ticket ?? ''): Promise<Response> {
    return request(this.hand.api.url)
      .head(`${this.path}/content`)
      .set({ ...this.hand.device.tokenHeaders, 'enlace-ticket': ticket });
  }

  async complete(hash = sha256(this.bytes)): Promise<Response> {
    const body = { ciphertextSha256: toBase64Url(hash) };
    return this.hand.device.send({ method: 'POST', path: `${this.path}/complete`, body });
  }

  /** The whole way up. Throws when a step of it is refused. */
  async upload(): Promise<this> {
    const { partBytes } = ATTACHMENT_LIMITS;
    const steps = [await this.reserve()];
    for (let at = 0; at < this.bytes.length; at += partBytes) {
      steps.push(await this.put(at, this.bytes.subarray(at, at + partBytes)));
    }
    steps.push(await this.complete());
    for (const step of steps) {
      if (step.status > 204) throw new Error(`not uploaded: ${step.text}`);
    }
    return this;
  }

  /** Names the file in a message. */
  async name(...others: readonly string[]): Promise<Response> {
    return this.nameAll([this.attachmentId, ...others]);
  }

  async nameAll(attachments: readonly string[]): Promise<Response> {
    const { hand } = this;
    const entry = hand.sealed('adjunto');
    const items = [{ entry: toBase64Url(encodeEntry(entry)), attachments }];
    const path = `/threads/${hand.threadId}/entries`;
    const answer = await hand.device.send({ method: 'POST', path, body: { items } });
    if (answer.status === 200) hand.keep([entry], answer.body);
    return answer;
  }

  /** The same file, in the hands of another member. */
  as(hand: ThreadHand): FileHand {
    return new FileHand(hand, this.attachmentId, this.bytes);
  }

  async declare(purpose = 'investigation'): Promise<string> {
    const path = '/declarations';
    const answer = await this.hand.device.send({ method: 'POST', path, body: { purpose } });
    return String(answer.body.declarationId);
  }

  async ticket(purpose?: string): Promise<Response> {
    const headers = { 'enlace-purpose': purpose ?? (await this.declare()) };
    return this.hand.device.send({ method: 'POST', path: `${this.path}/tickets`, headers });
  }

  async ticketed(): Promise<AttachmentTicketed> {
    const { status, body, text } = await this.ticket();
    if (status !== 200) throw new Error(`no ticket: ${text}`);
    return body;
  }

  async get(ticket: string, headers: Headers = { range: 'bytes=0-' }): Promise<Response> {
    return request(this.hand.api.url)
      .get(`${this.path}/content`)
      .set({ ...this.hand.device.tokenHeaders, 'enlace-ticket': ticket, ...headers })
      .buffer(true);
  }

  /** Fetches all of it, takes nothing before `meanwhile` has happened, and says how many bytes came. */
  async getSlowly(ticket: string, meanwhile: () => Promise<void>): Promise<number> {
    const headers = { ...this.hand.device.tokenHeaders, 'enlace-ticket': ticket };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const url = `${this.hand.api.url}${this.path}/content`;
      get(url, { headers: { ...headers, range: 'bytes=0-' } }, resolve).on('error', reject);
    });
    await meanwhile();
    let taken = 0;
    for await (const part of answer) taken += Buffer.from(part).length;
    return taken;
  }
}
