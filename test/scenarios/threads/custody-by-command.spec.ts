import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@enlace/kernel';
import { forTestsOnlySeed, InventedAuthority } from '@enlace/testing';
import { acceptCustodyTransfer, cryptoReady } from '@enlace/trust';

import { PATIENCE_MS } from '../first-run/enlace-command.js';
import { FIRST_START_MS, type DemoStage } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';

type Line = Readonly<Record<string, unknown>>;

/** An event is in the log within a second, and cosigned at the next round: one a minute. */
const TRIES_MOST = 60;
const PAUSE_MS = 3_000;

describe('a sealed file that changes hands, from the command line', () => {
  let standing: StandingDemo;
  let stage: DemoStage;
  let threadId: string;
  let attachmentId: string;
  let source: string;
  let tsa: Server;
  let authority: InventedAuthority;
  const people = new Map<string, string>();

  const as = async (slug: string, ...args: readonly string[]) => {
    const { code, output, errors } = await stage.as(slug, ...args);
    const lines: readonly Line[] = output
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    return { code, lines, errors };
  };
  const done = async (slug: string, ...args: readonly string[]): Promise<Line> => {
    const told = await as(slug, ...args);
    expect(told).toMatchObject({ code: 0, errors: '' });
    return told.lines[0] ?? {};
  };
  const personOf = (slug: string): string => people.get(slug) ?? '';
  const at = (name: string): string => join(standing.folder, name);

  const custody = async (slug: string, ...args: readonly string[]) =>
    as(slug, 'audit', 'custody', threadId, attachmentId, ...args);
  /** Again until the log has the event, and it its quorum of witnesses. */
  const settled = async (slug: string, ...args: readonly string[]): Promise<Line> => {
    for (let tries = 1; ; tries += 1) {
      const { code, lines, errors } = await custody(slug, ...args);
      if (code !== 1 || tries === TRIES_MOST) {
        expect({ code, lines, errors }).toMatchObject({ code: 0, errors: '' });
        return lines[0] ?? {};
      }
      rmSync(at('made.html'), { force: true });
      await pause(PAUSE_MS);
    }
  };
  /** A page of its own, made while there is a quorum. */
  const page = async (slug: string, name: string, ...args: readonly string[]) => {
    const told = await settled(slug, '--out', at('made.html'), ...args);
    renameSync(at('made.html'), at(name));
    return told;
  };
  const check = async (slug: string, name: string, ...args: readonly string[]) =>
    as(slug, 'audit', 'custody', '--check', at(name), ...args);
  const entries = async (slug: string): Promise<readonly Line[]> => {
    const { lines } = await as(slug, 'thread', 'read', threadId);
    return JSON.parse(JSON.stringify(lines[0]?.['entries'] ?? []));
  };
  const refusedWith = (code: string) => ({ code: 4, lines: [{ code }] });

  beforeAll(async () => {
    standing = await startStandingDemo();
    ({ stage } = standing);
    authority = new InventedAuthority(systemClock.nowMs());
    tsa = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('content-type', 'application/timestamp-reply');
        response.end(authority.answer(Buffer.concat(chunks)));
      });
    });
    await new Promise<void>((listening) => void tsa.listen(0, '127.0.0.1', listening));
    writeFileSync(at('root.pem'), authority.root.pem);
    const others = ['pa-omar', 'mx-ximena'];
    for (const slug of ['cr-rosa', ...others]) {
      await done(slug, 'device', 'sign-in');
      people.set(slug, String((await done(slug, 'whoami'))['personId']));
    }
    const codes = ['--type', 'migrant-smuggling', '--legal-basis', 'UNTOC-18'];
    const made = await done('cr-rosa', 'case', 'create', ...codes, '--with', 'PA,MX');
    const opening = ['--case', String(made['caseId']), '--title', 'Custodia'];
    const about = [...opening, '--purpose', 'investigation'];
    threadId = String((await done('cr-rosa', 'thread', 'open', ...about))['threadId']);
    for (const slug of others) {
      await done('cr-rosa', 'thread', 'invite', threadId, '--person', personOf(slug));
      await done(slug, 'thread', 'join', threadId);
    }
    source = at('prueba.bin');
    writeFileSync(source, randomBytes(40_000));
    const { seq } = await done('cr-rosa', 'thread', 'attach', threadId, source);
    const entry = (await entries('cr-rosa')).find((one) => one['seq'] === seq);
    attachmentId = String(Object(entry?.['content']).attachments?.[0]?.attachmentId);
  }, FIRST_START_MS);

  afterAll(async () => {
    await new Promise((closed) => void tsa.close(closed));
    await standing.close();
  });

  it(
    'is offered by who holds it, with the proof, and taken over by nobody but who it is offered to',
    async () => {
      await cryptoReady();
      const omar = personOf('pa-omar');
      const words = ['--purpose', 'peritaje', '--condition', 'sellado, sin abrir'];
      const seal = ['--acquisition', 'incautado', '--source-device', 'teléfono'];
      const whole = [...words, ...seal, '--legal-basis', 'UNTOC-18'];
      const accept = ['--accept', '--out', at('none.html')];
      expect(await custody('pa-omar', ...accept)).toMatchObject(refusedWith('custody.not-offered'));
      expect(await custody('pa-omar', '--to', personOf('cr-rosa'), ...words)).toMatchObject(
        refusedWith('custody.not-sender'),
      );
      expect(await custody('cr-rosa', '--to', personOf('cr-rosa'), ...whole)).toMatchObject(
        refusedWith('custody.not-member'),
      );
      const offered = await settled('cr-rosa', '--to', omar, ...whole);
      expect(offered).toMatchObject({ event: 'custody-offered', to: omar, attachmentId });
      // Said again it is the same offer.
      expect(await settled('cr-rosa', '--to', omar, ...words)).toEqual(offered);
      expect(await custody('mx-ximena', ...accept)).toMatchObject(
        refusedWith('custody.not-offered'),
      );
      // Ximena sends it on as accepted, with a signature of hers.
      const offer = (await entries('mx-ximena')).find(({ seq }) => seq === offered['seq']);
      const { receipt, handling, salt, transfer, ...rest } = Object(offer?.['content']);
      const forged = acceptCustodyTransfer(String(transfer), forTestsOnlySeed('ximena'));
      const content = { ...rest, handling, salt, transfer: forged };
      writeFileSync(at('forged.json'), JSON.stringify(content));
      await done('mx-ximena', 'thread', 'send', threadId, '--content', at('forged.json'));
      expect(await custody('mx-ximena', '--out', at('none.html'))).toMatchObject(
        refusedWith('custody.not-party'),
      );
      expect(receipt).toMatch(/^\{"digests"/u);
      const taken = await page('pa-omar', 'constancia.html', '--accept');
      expect(taken).toMatchObject({ event: 'custody', transfers: 1, quorum: true });
      const shown = await stage.inWords('cr-rosa', 'thread', 'read', threadId, '--lang', 'es');
      expect(shown.output).toMatch(/Acepta la custodia .*, de Rosa .* a Omar /u);
    },
    8 * PATIENCE_MS,
  );

  it(
    'changed hands once: whoever gave it holds it no more, and the chain is checked without the thread',
    async () => {
      const words = ['--purpose', 'juicio', '--condition', 'sellado'];
      const { index } = await page('pa-omar', 'again.html', '--accept');
      expect(await custody('cr-rosa', '--to', personOf('mx-ximena'), ...words)).toMatchObject(
        refusedWith('custody.not-holder'),
      );
      const held = await check('cr-rosa', 'constancia.html', '--file', source);
      expect(held).toMatchObject({
        code: 0,
        lines: [
          {
            event: 'custody-holds',
            personId: personOf('cr-rosa'),
            state: 'CR',
            transfers: [{ personId: personOf('pa-omar'), state: 'PA', index }],
          },
        ],
      });
      const whole = readFileSync(at('constancia.html'), 'utf8');
      writeFileSync(at('other.html'), whole.replace('sellado, sin abrir', 'abierto'));
      expect(await check('cr-rosa', 'other.html')).toMatchObject({
        code: 2,
        lines: [{ code: 'integrity.failed' }],
      });
      // Rosa's own receipt is that of her seal, before and after.
      expect(await page('cr-rosa', 'seal.html')).toMatchObject({ transfers: 0 });
    },
    8 * PATIENCE_MS,
  );

  it(
    'has the time of an authority on its receipt, which is believed by who names that authority',
    async () => {
      const address = tsa.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      const by = ['--tsa', `http://127.0.0.1:${port}/`];
      const made = await page('pa-omar', 'stamped.html', ...by, '--tsa-ca', at('root.pem'));
      expect(made).toMatchObject({ transfers: 1 });
      expect(readFileSync(at('stamped.html'), 'utf8')).toContain('CN=Invented stamps');
      const stamp = { authority: 'CN=Invented stamps' };
      expect(await check('cr-rosa', 'stamped.html', '--tsa-ca', at('root.pem'))).toMatchObject({
        code: 0,
        lines: [{ event: 'custody-holds', stamp: { ...stamp, isAnsweredFor: true } }],
      });
      expect(await check('cr-rosa', 'stamped.html')).toMatchObject({
        code: 0,
        lines: [{ stamp: { ...stamp, isAnsweredFor: false } }],
      });
      writeFileSync(at('other.pem'), new InventedAuthority(systemClock.nowMs()).root.pem);
      const others = ['--tsa-ca', at('other.pem')];
      expect(await check('cr-rosa', 'stamped.html', ...others)).toMatchObject({
        code: 2,
        lines: [{ code: 'timestamp.refused' }],
      });
      const unbelieved = ['--out', at('none.html'), ...by, ...others];
      expect(await custody('pa-omar', ...unbelieved)).toMatchObject({
        lines: [{ code: 'timestamp.refused' }],
      });
      expect(existsSync(at('none.html'))).toBe(false);
    },
    8 * PATIENCE_MS,
  );
});
