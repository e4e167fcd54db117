import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ACCOUNTS, type Account } from '../first-run/accounts.js';
import { ended, linesOf } from '../../support/people/command-stage.js';
import { PATIENCE_MS, until, type EnlaceCommand } from '../first-run/enlace-command.js';
import { FIRST_START_MS, type DemoStage } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';
import { isStoppedFor } from './is-stopped-for.js';
import { leavesAsAFile, staysWithTheNamed } from './leaves-as-a-file.js';

const MEBIBYTE = 1024 * 1024;
const LARGE_MIB = 200;
/** What sending or saving it may take above what any command takes: less than the file. */
const MEMORY_BYTES = 160 * MEBIBYTE;

const [SELF] = ACCOUNTS as [Account];
type Line = Readonly<Record<string, unknown>>;

describe('a case of three States, from the command line', () => {
  let standing: StandingDemo;
  let parent: string;
  let stage: DemoStage;
  let demo: EnlaceCommand;
  let threadId: string;
  let caseId: string;
  let url: string;
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
  /** What somebody reads, by the texts; the whole answer is one object. */
  const read = async (slug: string) => {
    const { code, lines } = await as(slug, 'thread', 'read', threadId);
    const [reading] = lines as readonly {
      readonly entries: readonly {
        readonly kind: string;
        readonly sender: { readonly person: string; readonly state: string };
        readonly content: { readonly type: string; readonly text?: string } | null;
      }[];
      readonly alerts: readonly Line[];
    }[];
    const entries = reading?.entries ?? [];
    return { code, entries, texts: textsOf(entries), alerts: reading?.alerts };
  };
  /** The id of the only file of an entry. */
  const attachmentAt = async (seq: number): Promise<string> => {
    const { lines } = await as('cr-rosa', 'thread', 'read', threadId);
    const entries: readonly Line[] = JSON.parse(JSON.stringify(lines[0]?.['entries'] ?? []));
    const content = Object(entries.find((entry) => entry['seq'] === seq)?.['content']);
    return String(content.attachments?.[0]?.attachmentId);
  };
  /** Waits for a line of this event, while both are under way. */
  const heard = async (event: string, command: EnlaceCommand, beside = command): Promise<Line> => {
    const find = () => linesOf(command).find((line) => line['event'] === event);
    await until(`${event} from ${command.output}${command.errors}`, () => {
      const over = [command, beside].find(({ isOver }) => isOver);
      if (find() === undefined && over !== undefined) throw new Error(`over: ${over.output}`);
      return find() !== undefined;
    });
    return find() ?? {};
  };

  beforeAll(async () => {
    standing = await startStandingDemo();
    ({ stage, demo, folder: parent, url } = standing);
    for (const slug of ['cr-rosa', 'pa-omar', 'mx-ximena', 'cr-esteban']) {
      await done(slug, 'device', 'sign-in');
      const { personId } = await done(slug, 'whoami');
      people.set(slug, String(personId));
    }
  }, FIRST_START_MS);

  afterAll(async () => {
    await demo.destroy();
    await standing.close();
  });

  it(
    'begins with a case and a thread, whose title nobody but its members knows',
    async () => {
      const empty = async (verb: string) =>
        (await stage.inWords('cr-rosa', verb, 'list', '--lang', 'es')).output;
      expect(await empty('case')).toBe('No participa en ningún expediente.\n');
      expect(await empty('thread')).toBe('No está en ningún hilo.\n');
      const codes = ['--type', 'migrant-smuggling', '--legal-basis', 'UNTOC-18'];
      const made = await done('cr-rosa', 'case', 'create', ...codes, '--with', 'PA,MX');
      caseId = String(made['caseId']);
      expect(made).toMatchObject({ ownerState: 'CR', states: ['CR', 'MX', 'PA'], role: 'steward' });
      expect(await done('cr-rosa', 'case', 'show', caseId)).toMatchObject({ caseId });
      const title = ['--title', 'Frontera norte', '--purpose', 'investigation'];
      const opened = await done('cr-rosa', 'thread', 'open', '--case', caseId, ...title);
      threadId = String(opened['threadId']);
      expect(opened).toMatchObject({ caseId, threadId });
      expect(await done('cr-rosa', 'thread', 'list')).toMatchObject({
        threadId,
        caseId,
        title: 'Frontera norte',
        standing: 'steward',
      });
    },
    2 * PATIENCE_MS,
  );

  it(
    'is held, and released, with what a second person has read and approved, and closed and begun again',
    async () => {
      const basis = ['--basis', 'court-order'];
      for (const [verb, lang, reading] of [
        [
          'hold',
          'es',
          `retener el expediente ${caseId}: nada se borraría. Fundamento: court-order.`,
        ],
        ['release', 'en', `lifting the hold of case ${caseId}. Basis: court-order.`],
      ] as const) {
        const out = join(parent, `${verb}.approval`);
        const words = ['case', 'approve', caseId, '--act', verb, ...basis, '--out', out];
        const approve = [...words, '--lang', lang];
        const unasked = await stage.inWords('cr-ines', ...approve);
        expect(unasked.code).toBe(4);
        expect(unasked.errors).toContain(reading);
        expect(existsSync(out)).toBe(false);
        const asked = await stage.inWords('cr-ines', ...approve, '--yes');
        expect(asked.code).toBe(0);
        expect(asked.errors).toContain(reading);
        const set = ['case', verb, caseId, ...basis, '--approval', out];
        expect(await done('cr-rosa', ...set)).toMatchObject({ caseId, isHeld: verb === 'hold' });
      }
      expect(await done('cr-rosa', 'case', 'close', caseId)).toMatchObject({ status: 'closed' });
      expect(await done('cr-rosa', 'case', 'reopen', caseId)).toMatchObject({ status: 'open' });
    },
    8 * PATIENCE_MS,
  );

  it(
    'goes on with a colleague of Panama, who reads from the invitation on and nothing before',
    async () => {
      await done('cr-rosa', 'thread', 'send', threadId, '--text', 'antes de Omar');
      const invite = ['thread', 'invite', threadId, '--person', personOf('pa-omar')];
      expect(await done('cr-rosa', ...invite)).toMatchObject({ event: 'invited' });
      await done('cr-rosa', 'thread', 'send', threadId, '--text', 'bienvenido, Omar');
      expect(await read('pa-omar')).toMatchObject({ code: 0, texts: ['bienvenido, Omar'] });
      await done('pa-omar', 'thread', 'join', threadId);
      await done('pa-omar', 'thread', 'send', threadId, '--text', 'gracias, Rosa');
      const seen = await read('cr-rosa');
      expect(seen).toMatchObject({
        code: 0,
        alerts: [],
        texts: ['antes de Omar', 'bienvenido, Omar', 'gracias, Rosa'],
      });
      expect(seen.entries.at(-1)).toMatchObject({
        kind: 'message',
        sender: { person: personOf('pa-omar'), state: 'PA' },
        handling: 'EN1',
      });
    },
    3 * PATIENCE_MS,
  );

  it(
    'takes edits, marks and withdrawals as contents of their own',
    async () => {
      const { entries } = await read('cr-rosa');
      const target = entries.at(-1) as unknown as { readonly seq: number };
      const file = join(parent, 'mark.json');
      const mark = { type: 'mark', target: target.seq, mark: 'seen', handling: { code: 'EN1' } };
      writeFileSync(file, JSON.stringify(mark));
      await done('cr-rosa', 'thread', 'send', threadId, '--content', file);
      const seen = await read('pa-omar');
      expect(seen.entries.at(-1)).toMatchObject({ content: { type: 'mark', mark: 'seen' } });
      writeFileSync(file, JSON.stringify({ ...mark, mark: 'liked' }));
      const refused = await as('cr-rosa', 'thread', 'send', threadId, '--content', file);
      expect(refused).toMatchObject({ code: 3, lines: [{ code: 'content.refused' }] });
    },
    3 * PATIENCE_MS,
  );

  it(
    'carries files, which are saved under safe names and written over nothing',
    async () => {
      const bytes = randomBytes(300_000);
      const [source, out] = [join(parent, 'acta 7.pdf'), join(parent, 'saved')];
      writeFileSync(source, bytes, { mode: 0o644 });
      mkdirSync(out);
      const sent = await done('cr-rosa', 'thread', 'attach', threadId, source, '--text', 'el acta');
      expect(sent).toMatchObject({ event: 'sent', files: [{ name: 'acta 7.pdf', size: 300_000 }] });
      const seq = String(sent['seq']);
      const save = async (...more: readonly string[]) =>
        as('pa-omar', 'thread', 'save', threadId, seq, ...more);
      const path = join(out, 'acta 7.pdf');
      expect(await save('--out', out)).toMatchObject({
        code: 0,
        lines: [{ event: 'saved', path }],
      });
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      writeFileSync(path, 'mine');
      expect(await save('--out', out)).toMatchObject({ code: 4, lines: [{ code: 'file.exists' }] });
      expect(readFileSync(path, 'utf8')).toBe('mine');
      expect((await save('--out', path, '--overwrite')).code).toBe(0);
      expect(readFileSync(path).equals(bytes)).toBe(true);
      expect(readdirSync(out)).toEqual(['acta 7.pdf']);
      const none = ['thread', 'save', threadId, '1', '--out', join(out, 'none')];
      expect(await as('pa-omar', ...none)).toMatchObject({
        code: 4,
        lines: [{ code: 'file.not-named' }],
      });
      const folder = await as('cr-rosa', 'thread', 'attach', threadId, out);
      expect(folder).toMatchObject({ code: 3, lines: [{ code: 'input.malformed' }] });
      expect((await read('pa-omar')).texts.at(-1)).toBe('el acta');
    },
    4 * PATIENCE_MS,
  );

  it(
    'seals a file as evidence, and proves by a receipt that it has been known since then',
    async () => {
      const [source, page] = [join(parent, 'prueba.bin'), join(parent, 'constancia.html')];
      writeFileSync(source, randomBytes(40_000));
      const sent = await done('cr-rosa', 'thread', 'attach', threadId, source);
      const attachmentId = await attachmentAt(Number(sent['seq']));
      const custody = (slug: string, ...more: readonly string[]) =>
        as(slug, 'audit', 'custody', threadId, attachmentId, '--out', page, ...more);
      expect(await custody('pa-omar')).toMatchObject({
        code: 4,
        lines: [{ code: 'custody.not-sender' }],
      });
      expect(await custody('cr-rosa')).toMatchObject({
        code: 4,
        lines: [{ code: 'usage.missing-option' }],
      });
      const words = ['--acquisition', 'incautado <hoy>', '--source-device', 'teléfono'];
      const first = await custody('cr-rosa', ...words, '--legal-basis', 'UNTOC-18');
      expect(first.code).toBeLessThan(2);
      // Sealed once: the words are not asked for again, and the event is one.
      let made = first.lines[0];
      while (made?.['event'] === 'sealed') [made] = (await custody('cr-rosa')).lines;
      expect(made).toMatchObject({ event: 'custody', attachmentId, path: page });
      expect(readFileSync(page, 'utf8')).toContain('incautado &lt;hoy&gt;');
      const check = (slug: string, path: string, file = source) =>
        as(slug, 'audit', 'custody', '--check', path, '--file', file);
      const { custodyId } = made ?? {};
      const held = await check('pa-omar', page);
      expect(held.lines).toMatchObject([
        { event: 'custody-holds', custodyId, personId: personOf('cr-rosa'), state: 'CR' },
      ]);
      const forged = join(parent, 'otra.html');
      writeFileSync(forged, readFileSync(page, 'utf8').replace('teléfono', 'televisor'));
      for (const [path, file] of [
        [forged, source],
        [page, forged],
      ] as const) {
        expect(await check('pa-omar', path, file)).toMatchObject({
          code: 2,
          lines: [{ code: 'integrity.failed' }],
        });
      }
      expect(await check('pa-omar', source)).toMatchObject({ code: 3 });
    },
    6 * PATIENCE_MS,
  );

  it(
    'is closed to a colleague of Mexico from the removal on',
    async () => {
      const ximena = personOf('mx-ximena');
      await done('cr-rosa', 'thread', 'invite', threadId, '--person', ximena);
      await done('mx-ximena', 'thread', 'join', threadId);
      await done('pa-omar', 'thread', 'send', threadId, '--text', 'bienvenida, Ximena');
      expect(await read('mx-ximena')).toMatchObject({ code: 0, texts: ['bienvenida, Ximena'] });
      await done('cr-rosa', 'thread', 'remove', threadId, '--person', ximena);
      await done('cr-rosa', 'thread', 'send', threadId, '--text', 'ya sin Ximena');
      expect((await read('pa-omar')).texts.at(-1)).toBe('ya sin Ximena');
      const after = await read('mx-ximena');
      expect(after.texts).not.toContain('ya sin Ximena');
      const shown = await stage.inWords('mx-ximena', 'thread', 'read', threadId, '--lang', 'es');
      expect(shown).toMatchObject({ code: 1 });
      expect(shown.errors).toContain('El servidor ya no le muestra este hilo');
      const seen = await stage.inWords('pa-omar', 'thread', 'read', threadId, '--lang', 'es');
      expect(seen).toMatchObject({ code: 0, errors: '' });
      expect(seen.output).toMatch(
        /Ya no está en el hilo: Ximena .* \(MX\) \(por un responsable\)/u,
      );
      const sent = await as('mx-ximena', 'thread', 'send', threadId, '--text', 'sigo aquí');
      expect(sent.code).toBe(4);
      const { lines } = await as('pa-omar', 'thread', 'members', threadId);
      expect(lines.map(({ personId }) => String(personId)).toSorted()).toEqual(
        [personOf('cr-rosa'), personOf('pa-omar')].toSorted(),
      );
    },
    4 * PATIENCE_MS,
  );

  it(
    'is read, and gone on with, at a second device of Rosa, by the keys in her vault',
    async () => {
      const laptop = { home: join(parent, 'portátil'), passphrase: 'una frase que nadie adivina' };
      const trust = ['--trust', join(stage.data.path, 'trust-store.json'), '--server', url];
      const own = ['--person', personOf('cr-rosa'), '--yes'];
      const adding = stage.begin(laptop, 'device', 'add', ...trust, ...own);
      const request = join(parent, 'portátil.request');
      writeFileSync(request, `${String((await heard('offered', adding))['request'])}\n`);
      const rosas = { home: stage.home('cr-rosa') };
      const approving = stage.begin(rosas, 'device', 'approve', '--request', request);
      const { digits } = await heard('digits', adding, approving);
      approving.type(`${String(digits)}\n`);
      expect(await ended(approving)).toMatchObject({ code: 0 });
      expect(await ended(adding)).toMatchObject({ code: 0, errors: '' });
      const at = async (...args: readonly string[]) => ended(stage.begin(laptop, ...args));
      expect(await at('device', 'sign-in')).toMatchObject({ code: 0 });
      const listed = await at('thread', 'list');
      expect(listed.lines).toMatchObject([{ threadId, standing: 'unread' }]);
      const [first] = (await at('thread', 'read', threadId)).lines;
      const { texts } = await read('cr-rosa');
      expect(textsOf(first?.['entries'])).toEqual(texts);
      expect(first?.['alerts']).toEqual([]);
      const sent = await at('thread', 'send', threadId, '--text', 'desde el portátil');
      expect(sent).toMatchObject({ code: 0, errors: '' });
      for (const slug of ['cr-rosa', 'pa-omar']) {
        expect(await read(slug)).toMatchObject({ code: 0, alerts: [] });
        expect((await read(slug)).texts.at(-1)).toBe('desde el portátil');
      }
      const [shown] = (await at('thread', 'list')).lines;
      expect(shown).toMatchObject({ title: 'Frontera norte', standing: 'steward' });
    },
    6 * PATIENCE_MS,
  );

  it(
    'is given, up to now, to a colleague who comes late, by a steward and with her name on it',
    async () => {
      const esteban = personOf('cr-esteban');
      await done('cr-rosa', 'thread', 'invite', threadId, '--person', esteban);
      await done('cr-esteban', 'thread', 'join', threadId);
      expect(await read('cr-esteban')).toMatchObject({ code: 0, texts: [] });
      const before = await read('cr-rosa');
      const basis = ['--basis', 'substitution', '--yes'];
      const grant = ['thread', 'grant', threadId, '--person', esteban, ...basis];
      expect((await as('pa-omar', ...grant)).code).toBe(4);
      const given = await as('cr-rosa', ...grant);
      expect(given).toMatchObject({ code: 0, lines: [{ event: 'history-given', excluded: [] }] });
      const seen = await read('cr-esteban');
      expect(seen).toMatchObject({ code: 0, alerts: [], texts: before.texts });
      expect((await read('pa-omar')).entries.at(-1)).toMatchObject({
        sender: { person: personOf('cr-rosa') },
        content: { type: 'granted', statement: { toPersonId: esteban, basis: 'substitution' } },
      });
    },
    5 * PATIENCE_MS,
  );

  it(
    'is watched in Panama while it goes on in Costa Rica, until Ctrl-C',
    async () => {
      const watch = stage.watched('pa-omar', 'thread', 'watch', threadId, '--json');
      await heard('connected', watch);
      const { seq } = await done('cr-rosa', 'thread', 'send', threadId, '--text', 'en directo');
      const told = (line: Line) => line['event'] === 'entry' && line['seq'] === seq;
      await until('what was sent', () => watch.isOver || linesOf(watch).some(told));
      expect(linesOf(watch).find(told)).toMatchObject({
        kind: 'message',
        sender: { person: personOf('cr-rosa'), state: 'CR' },
        content: { type: 'text', text: 'en directo' },
      });
      watch.kill('SIGINT');
      expect(await watch.everybodyGone()).toMatchObject({ code: 0 });
      // It counts as read.
      expect((await read('pa-omar')).code).toBe(0);
      const none = ['thread', 'watch', '01900000-0000-7000-8000-000000000001'];
      expect(await as('pa-omar', ...none)).toMatchObject({
        code: 4,
        lines: [
          { event: 'connected' },
          { code: 'server.answered', facts: { problem: 'thread.not-found' } },
        ],
      });
    },
    4 * PATIENCE_MS,
  );

  it(
    'has receipts, tombstones and files for outsiders, and is stopped where the server tells another history',
    async () => {
      const title = ['--title', 'Otro hilo', '--purpose', 'investigation'];
      const opened = await done('cr-rosa', 'thread', 'open', '--case', caseId, ...title);
      const other = String(opened['threadId']);
      await done('cr-rosa', 'thread', 'invite', other, '--person', personOf('pa-omar'));
      await done('pa-omar', 'thread', 'join', other);
      const asked = join(parent, 'ack.json');
      const ack = {
        type: 'ack.request',
        ackId: '01900000-0000-7000-8000-0000000000a1',
        targets: [1],
        from: [personOf('pa-omar')],
        deadline: '2026-01-01T00:00:00.000Z',
        zone: 'America/Panama',
        handling: { code: 'EN1' },
      };
      writeFileSync(asked, JSON.stringify(ack));
      const { seq } = await done('cr-rosa', 'thread', 'send', other, '--content', asked);
      const late = await as('pa-omar', 'thread', 'acknowledge', other, String(seq));
      expect(late).toMatchObject({ code: 1, lines: [{ event: 'acknowledged', isLate: true }] });
      const sentByMistake = await done('cr-rosa', 'thread', 'send', other, '--text', 'por error');
      const taken = ['thread', 'withdraw', other, String(sentByMistake['seq'])];
      await done('cr-rosa', ...taken, '--reason', 'de otro caso', '--erase');
      const erased = await stage.inWords('pa-omar', 'thread', 'read', other, '--lang', 'es');
      expect(erased).toMatchObject({ code: 1, errors: '' });
      expect(erased.output).toContain('(redacted)');
      expect(erased.output).not.toContain('por error');
      const leaving = { stage, folder: parent, account: SELF };
      await leavesAsAFile(leaving, { slug: 'pa-omar', threadId: other, elsewhere: threadId });
      await staysWithTheNamed(leaving, {
        threadId: other,
        others: personOf('mx-ximena'),
        named: personOf('pa-omar'),
      });
      await isStoppedFor('pa-omar', stage, other);
    },
    12 * PATIENCE_MS,
  );

  it(
    'carries a large file over a client that is killed, up and down, and a server that is killed',
    async () => {
      const source = join(parent, 'video.mp4');
      const hash = createHash('sha256');
      for (let mebibyte = 0; mebibyte < LARGE_MIB; mebibyte += 1) {
        const bytes = randomBytes(MEBIBYTE);
        hash.update(bytes);
        appendFileSync(source, bytes);
      }
      const wanted = hash.digest('hex');
      const attach = ['thread', 'attach', threadId, source];
      const usual = await peakOf(stage.watched('pa-omar', 'thread', 'list'));
      const watch = stage.watched('cr-esteban', 'thread', 'watch', threadId, '--lang', 'es');
      await until('a line', () => watch.isOver || watch.errors.includes('En línea'));

      const killed = stage.watched('cr-rosa', ...attach);
      await killedAt(killed, 'sent 10 %');
      // A second one finds what was sealed, and dies with the server in the middle.
      const again = stage.watched('cr-rosa', ...attach);
      await until('half of it', () => again.errors.includes('sent 50 %') || again.isOver);
      const [server = 0] = demo.children();
      process.kill(server, 'SIGKILL');
      await demo.everybodyGone();
      demo = stage.start();
      await stage.ready(demo);
      const peaks = [await peakOf(again)];
      // Who has waited too long for the server is told, and given again the command goes on.
      const last = again.hasFailed ? stage.watched('cr-rosa', ...attach) : again;
      peaks.push(await peakOf(last));
      expect(last.hasFailed).toBe(false);
      expect(`${again.errors}${last.errors}`).not.toMatch(/sealed|sent 0 %/u);

      await until('the file', () => watch.isOver || watch.output.includes('«video.mp4»'));
      watch.kill('SIGINT');
      expect(await watch.everybodyGone()).toMatchObject({ code: 0 });
      expect(watch.errors).toMatch(/En línea.*\nSin conexión.*\nEn línea/u);

      const { entries } = await read('pa-omar');
      const { seq } = entries.at(-1) as unknown as { readonly seq: number };
      expect((await read('pa-omar')).texts.filter((text) => text === 'video.mp4')).toHaveLength(1);
      const out = join(parent, 'saved.mp4');
      const save = ['thread', 'save', threadId, String(seq), '--out', out];
      await killedAt(stage.watched('pa-omar', ...save), 'fetched ');
      expect(existsSync(out)).toBe(false);
      const saving = stage.watched('pa-omar', ...save);
      peaks.push(await peakOf(saving));
      expect(saving.hasFailed).toBe(false);
      expect(saving.errors).not.toContain('fetched 0 %');
      expect(createHash('sha256').update(readFileSync(out)).digest('hex')).toBe(wanted);
      // Of whatever size the file is: parts of 16 MiB on their way, and never the whole.
      expect(Math.max(...peaks) - usual).toBeLessThan(MEMORY_BYTES);
      const spools = ['cr-rosa', 'pa-omar'].map((slug) => join(stage.home(slug), 'files'));
      expect(spools.flatMap((folder) => readdirSync(folder))).toEqual([]);
    },
    10 * PATIENCE_MS,
  );
});

/** Kills a command as soon as it has said so. */
async function killedAt(command: EnlaceCommand, said: string): Promise<void> {
  await until(`${said} from ${command.errors}`, () => command.errors.includes(said));
  command.kill('SIGKILL');
  expect(await command.exited()).toMatchObject({ signal: 'SIGKILL' });
}

/** The most memory that a command has had in use, once it is over. */
async function peakOf(command: EnlaceCommand): Promise<number> {
  let peak = 0;
  await until(
    'its end',
    () => {
      peak = Math.max(peak, command.peakMemory());
      return command.isOver;
    },
    4 * PATIENCE_MS,
  );
  return peak;
}

function textsOf(entries: unknown): readonly string[] {
  if (!Array.isArray(entries)) return [];
  return entries.flatMap(
    ({ content }: { readonly content: { type?: string; text?: string } | null }) =>
      content?.type === 'text' ? [content.text ?? ''] : [],
  );
}
