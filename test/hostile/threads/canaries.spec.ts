import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageContent } from '@enlace/client';
import {
  parseBase64Url,
  parseUtf8,
  systemRandom,
  toBase64Url,
  utf8,
  type ThreadId,
} from '@enlace/kernel';
import type { MemoryStore } from '@enlace/testing';

import {
  aCanary,
  canaryFiles,
  canaryPages,
  canaryTables,
  hasCanary,
  holdWal,
  releaseWal,
} from '../../support/threads/canaries.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../support/threads/client-stage.js';
import { fileOf, MemoryTarget } from '../../support/threads/memory-files.js';

const STORY_MS = 120_000;
const PLANTED = 200;
const FILES = 20;
const handling = { code: 'EN1' } as const;

const TOKENS = /"authorization":"DPoP (?<token>[\w-]{40,})"/u;
const TICKETS = /"enlace-ticket":"(?<ticket>[\w.-]{20,})"/u;

/** The keys of epochs that a device keeps. */
function keysIn({ tables }: MemoryStore): readonly Uint8Array[] {
  const kept = [...(tables.get('thread-epochs') ?? new Map<string, Uint8Array>()).values()];
  const epochs = kept.flatMap((bytes) => JSON.parse(parseUtf8(bytes)).epochs);
  return epochs.flatMap(({ epochKey }) => (epochKey === null ? [] : [parseBase64Url(epochKey)]));
}

/** What is said in threads, in files and in drafts, and what the host could ever have of it: nothing. */
describe('T13: 200 secrets that members share', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  let since: string;
  let kept: string;
  const planted: string[] = [];
  /** Everything that the clients have sent over the line. */
  const heard: Buffer[] = [];
  /** Every refusal that they were answered. */
  const refusals: string[] = [];

  const canary = (): string => {
    const secret = aCanary();
    planted.push(secret);
    return secret;
  };
  const several = (count: number): readonly string[] => Array.from({ length: count }, canary);
  const say = async (content: MessageContent) => rosa.threads.send(threadId, content);

  beforeAll(async () => {
    stage = await ClientStage.begin();
    since = await holdWal(stage.api.database);
    stage.liar.hear = (sent) => void heard.push(sent);
    stage.liar.lie = ({ status, text }) => {
      if (status >= 400) refusals.push(text);
      return text;
    };
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    await rosa.threads.read(threadId);
    for (let round = 0; round < 10; round += 1) {
      const [title, description, caseTitle, caseRef] = several(4) as [
        string,
        string,
        string,
        string,
      ];
      await say({ type: 'thread.meta', title, description, caseTitle, caseRef, handling });
    }
    for (let round = 0; round < 4; round += 1) {
      const { seq: target } = await say({ type: 'text', text: several(20).join(' '), handling });
      const [text, reason, note, why] = several(4) as [string, string, string, string];
      await say({ type: 'edit', target, version: 2, text, reason, handling });
      await say({ type: 'mark', target, mark: 'objection', note, handling });
      await say({ type: 'withdraw', target, reason: why, handling });
    }
    await stage.minutePasses(rosa, omar);
    const files = Array.from({ length: FILES }, () => {
      const name = canary();
      return fileOf(`${name}.pdf`, utf8(`${'x'.repeat(70_000)}${canary()}`));
    });
    await rosa.files.attach(threadId, { files, text: 'adjuntos', handling });
    // Drafts: kept before there is a line, and sent later.
    stage.liar.refuse = ({ method }) => method === 'POST';
    const draft = say({ type: 'text', text: several(24).join(' '), handling });
    kept = await draft.then(
      () => 'sent',
      ({ code }: { readonly code: string }) => code,
    );
    stage.honestly();
    await rosa.threads.read(threadId);
  }, STORY_MS);

  afterAll(async () => {
    await releaseWal(stage.api.database);
    await stage.close();
  });

  it('are read by the member for whom they are, each of them', async () => {
    const { entries } = await omar.threads.read(threadId);
    const shown = JSON.stringify(entries);
    const { seq = 0, content } =
      entries.find((one) => JSON.stringify(one).includes('adjuntos')) ?? {};
    const bodies: string[] = [];
    for (const { attachmentId } of Object(content).attachments ?? []) {
      const target = new MemoryTarget();
      const place = { purpose: null, targetFor: async () => target };
      await omar.files.save(threadId, { attachmentId }, place);
      bodies.push(Buffer.from(target.saved ?? []).toString());
    }
    expect(seq).toBeGreaterThan(0);
    expect(bodies).toHaveLength(FILES);
    expect(planted).toHaveLength(PLANTED);
    expect(kept).toBe('client.unreachable');
    const read = `${shown}${bodies.join('')}`;
    expect(planted.filter((secret) => !read.includes(secret))).toEqual([]);
  });

  it('are in nothing that the server was sent', () => {
    expect(heard.length).toBeGreaterThan(60);
    expect(heard.filter((sent) => hasCanary(sent))).toEqual([]);
  });

  it(
    'are in no row, no page of the database and no write-ahead log',
    async () => {
      const { database } = stage.api;
      expect(await canaryTables(database)).toEqual([]);
      expect(await canaryPages(database, since)).toEqual([]);
    },
    STORY_MS,
  );

  it('are in no file of the server and in none of its log lines', async () => {
    expect(await canaryFiles(stage.api.dataDir)).toEqual([]);
    expect(hasCanary(utf8(stage.api.logLines.join('\n')))).toBe(false);
    expect(stage.api.logLines.length).toBeGreaterThan(0);
  });

  it('have keys that nobody was sent, and tokens that are in no address, refusal or log line', () => {
    const keys = [rosa, omar].flatMap(({ store }) => keysIn(store));
    expect(keys.length).toBeGreaterThan(2);
    const lines = stage.api.logLines.join('\n');
    const places = [...heard, Buffer.from(lines), Buffer.from(refusals.join('\n'))];
    const forms = keys.flatMap((key) => [Buffer.from(key), Buffer.from(toBase64Url(key))]);
    expect(places.filter((place) => hasCanary(place, forms))).toEqual([]);
    const sent = heard.map((one) => one.toString('latin1'));
    const tokens = new Set(sent.flatMap((one) => TOKENS.exec(one)?.groups?.['token'] ?? []));
    const tickets = new Set(sent.flatMap((one) => TICKETS.exec(one)?.groups?.['ticket'] ?? []));
    expect(tokens.size).toBeGreaterThan(1);
    expect(tickets.size).toBeGreaterThan(10);
    const secrets = [...tokens, ...tickets];
    const addresses = sent.map((one) => one.slice(0, one.indexOf(' '))).join('\n');
    const told = `${addresses}\n${refusals.join('\n')}\n${lines}`;
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });

  it(
    'would be found in each of these places, in whatever form they lay there',
    async () => {
      const { database, dataDir } = stage.api;
      const secret = Buffer.from(`..${aCanary()}..`);
      const forms = [
        secret,
        ...[0, 1, 2].map((at) => Buffer.from(secret.subarray(at).toString('base64url'))),
        Buffer.from(secret.toString('hex')),
        Buffer.from(secret.toString(), 'utf16le'),
      ];
      expect(forms.filter((form) => !hasCanary(form))).toEqual([]);
      expect(hasCanary(systemRandom.bytes(4_096))).toBe(false);
      const folder = join(dataDir, 'planted');
      await mkdir(folder);
      await writeFile(join(folder, 'one'), secret);
      expect(await canaryFiles(dataDir)).toEqual([join(folder, 'one')]);
      await rm(folder, { recursive: true });
      await database.asAdmin('CREATE TABLE public.planted (secret bytea, note text)');
      // Several: a page of the log can end within one of them.
      for (const note of ['x', 'y', 'z']) {
        await database.asAdmin('INSERT INTO public.planted VALUES ($1, $2)', [secret, note]);
      }
      expect(await canaryTables(database)).toEqual(['public.planted']);
      const pages = await canaryPages(database, since);
      expect(pages.filter((name) => name.startsWith('base/'))).toHaveLength(1);
      expect(pages.some((name) => name.startsWith('pg_wal/'))).toBe(true);
    },
    STORY_MS,
  );
});
