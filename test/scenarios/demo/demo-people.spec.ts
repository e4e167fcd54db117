import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { DemoPersona } from '@enlace/contracts';
import { AUTHORITIES, PERSONAS } from '@enlace/testing';
import { cryptoReady, currentOf, parseTrustStore } from '@enlace/trust';

import { CASE_CAST, RECORD, TALK, THREAD_TITLE } from '../../../apps/cli/src/demo/case/story.js';
import { ACCOUNTS, assertBuilt, privateFolder, type Account } from '../first-run/accounts.js';
import { EnlaceCommand, isAlive, PATIENCE_MS } from '../first-run/enlace-command.js';
import { DemoStage, FIRST_START_MS, personCerts } from './demo-stage.js';

const [SELF] = ACCOUNTS as [Account];
const REFUSED = 78;
const EVERYBODY = [
  ...PERSONAS.map(({ name }) => name),
  ...AUTHORITIES.flatMap(({ registrars }) => registrars),
];

describe('the people of the demo', () => {
  let parent: string;
  let first: DemoStage;
  let second: DemoStage;
  let demo: EnlaceCommand;
  let origin: string;
  const started: EnlaceCommand[] = [];

  function start(stage: DemoStage, ...args: readonly string[]): EnlaceCommand {
    const command = stage.start(...args);
    started.push(command);
    return command;
  }

  async function stop(command: EnlaceCommand): Promise<void> {
    command.kill('SIGINT');
    expect(await command.everybodyGone()).toEqual({ code: 0, signal: null });
  }

  beforeAll(async () => {
    assertBuilt();
    await cryptoReady();
    parent = privateFolder(SELF);
    first = new DemoStage(join(parent, 'first'), SELF);
    second = new DemoStage(join(parent, 'second'), SELF);
    demo = start(first, '--port', '0');
    origin = await first.ready(demo);
  }, FIRST_START_MS);

  afterAll(async () => {
    await Promise.all(started.map(async (command) => command.destroy()));
    rmSync(parent, { recursive: true });
  });

  it('stand on a sheet, in the terminal and beside their homes', () => {
    expect(demo.output).toMatch(/^DEMO: for this machine only/u);
    const sheet = readFileSync(join(first.data.path, 'demo/personas/README'), 'utf8');
    for (const name of EVERYBODY) {
      expect(demo.output).toContain(name);
      expect(sheet).toContain(name);
    }
    for (const { slug } of PERSONAS) expect(sheet).toContain(slug);
    expect(sheet).toContain('Fiscal de enlace');
    expect(sheet).toContain('Liaison prosecutor');
    expect(first.slugs).toEqual(PERSONAS.map(({ slug }) => slug).toSorted());
  });

  it('have keys that nobody else on the machine can read', () => {
    const states = AUTHORITIES.map(({ state }) => `roots/${state.toLowerCase()}/state-root.json`);
    expect(first.open.toSorted()).toEqual(['demo.json', 'personas/README', ...states].toSorted());
  });

  it(
    'sign in with the passphrase that everybody knows',
    async () => {
      for (const slug of ['cr-rosa', 'us-marcus', 'xr-tania']) {
        const opened = await first.signIn(slug);
        expect(opened).toMatchObject({ code: 0, errors: '' });
        expect(JSON.parse(opened.output)).toMatchObject({
          event: 'signed-in',
          wasSetBack: false,
          deviceNews: [],
        });
        const known = await first.as(slug, 'whoami');
        expect(JSON.parse(known.output)).toMatchObject({ isVouchedFor: true });
        const verified = await first.as(slug, 'directory', 'verify');
        expect(verified).toMatchObject({ code: 0, errors: '' });
        expect((await first.as(slug, 'device', 'sign-out')).code).toBe(0);
      }
    },
    2 * PATIENCE_MS,
  );

  it(
    'take evidence out of the record, which anybody verifies without the server',
    async () => {
      expect((await first.signIn('cr-ines')).code).toBe(0);
      const out = join(parent, 'demo.enlace-evidence.zip');
      const filter = ['--type', 'session.*', '--state', 'CR'];
      const taken = await first.as(
        'cr-ines',
        'audit',
        'export',
        '--format',
        'bundle',
        '--out',
        out,
        ...filter,
      );
      expect(taken).toMatchObject({ code: 0, errors: '' });
      const store = join(first.data.path, 'trust-store.json');
      const policy = join(parent, 'policy.txt');
      writeFileSync(policy, parseTrustStore(readFileSync(store, 'utf8')).policy);
      const trust = ['--policy', policy, '--trust', store];
      const verified = await first.as('pa-nelva', 'audit', 'verify', out, ...trust);
      const report = JSON.parse(verified.output);
      expect(report).toMatchObject({ exit: 0, problems: [], events: { failed: 0 } });
      expect(report.devices).toMatchObject({ unbound: 0 });
      expect(report.events.proven).toBeGreaterThan(5);
      const { exportId } = JSON.parse(taken.output);
      const again = ['audit', 'export', '--id', exportId, '--out', join(parent, 'again.zip')];
      const narrowed = await first.as('cr-ines', ...again, '--format', 'bundle', '--state', 'MX');
      expect(narrowed.code).toBe(4);
      expect((await first.as('cr-ines', ...again, '--format', 'csv')).code).toBe(4);
      expect((await first.as('cr-ines', ...again, '--format', 'bundle')).code).toBe(0);
      const checked = await first.as(
        'pa-nelva',
        'audit',
        'verify',
        join(parent, 'again.zip'),
        ...trust,
      );
      expect(JSON.parse(checked.output).made.scope).toEqual(report.made.scope);
      expect(report.made.scope.filter).toBe('{"state":"CR","type":"session.*"}');
      const lines = join(parent, 'demo.jsonl');
      const plain = ['audit', 'export', '--format', 'jsonl', '--out', lines, ...filter];
      expect((await first.as('cr-ines', ...plain)).code).toBe(0);
      expect(JSON.parse(readFileSync(`${lines}.about.json`, 'utf8'))).toMatchObject({
        format: 'jsonl',
        filter: { state: 'CR', type: 'session.*' },
        sha256: createHash('sha256').update(readFileSync(lines)).digest('hex'),
      });
      const page = join(parent, 'report.html');
      const told = await first.as('pa-nelva', 'audit', 'report', out, ...trust, '--out', page);
      expect(told.code).toBe(0);
      expect(readFileSync(page, 'utf8')).toContain('<td>session.opened</td>');
    },
    2 * PATIENCE_MS,
  );

  it(
    'are certified by two registrars of their own State, in a directory that their clients fold',
    async () => {
      const { directory, people } = await first.seenBy('gt-aura');
      expect(people.toSorted()).toEqual(EVERYBODY.toSorted());
      const certified = personCerts(directory);
      expect(certified).toHaveLength(EVERYBODY.length);
      for (const { roles, auditScope, state } of PERSONAS) {
        expect(certified).toContainEqual(
          expect.objectContaining({ state, roles: [...roles], auditScope: auditScope ?? null }),
        );
      }
      expect(directory.forks).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'have a second device for the browser, which the server hands out on this machine',
    async () => {
      const answer = await fetch(`${origin}/demo/personas`);
      const people = (await answer.json()) as readonly DemoPersona[];
      expect(people.map(({ slug }) => slug)).toEqual(first.slugs);
      const { directory } = await first.seenBy('mx-olga');
      for (const { slug, deviceId, deviceCert, personId, state, trustStore } of people) {
        const device = currentOf(directory, { type: 'device-cert', state, subject: deviceId });
        expect(device?.statement.object.wire).toBe(deviceCert);
        expect(device?.statement.body.personId).toBe(personId);
        expect(directory.devices.get(personId)).toContain(deviceId);
        expect(parseTrustStore(trustStore).roots).toHaveLength(AUTHORITIES.length);
        expect(first.open).not.toContain(`personas/${slug}.web.json`);
      }
    },
    PATIENCE_MS,
  );

  it(
    'have a vault on the server with their own key in it, which the code on paper opens',
    async () => {
      for (const slug of ['cr-esteban', 'xr-alma']) {
        const { kept, own } = await first.vaultOf(slug);
        expect(kept).toEqual(own);
        expect(first.open).not.toContain(`personas/${slug}.recovery-code`);
      }
    },
    PATIENCE_MS,
  );

  it(
    'come back without a device: two registrars let them, and the code on paper opens the vault',
    async () => {
      const bundle = readFileSync(
        join(first.data.path, 'demo/personas/cr-daniel.web.json'),
        'utf8',
      );
      const { personId }: DemoPersona = JSON.parse(bundle);
      const at = (name: string) => join(parent, name);
      for (const slug of ['cr-ana', 'cr-mario']) {
        expect(await first.registrar(slug, 'device', 'sign-in')).toMatchObject({ code: 0 });
      }
      const files = ['--out', at('reentry.json'), '--paper', at('reentry.paper'), '--yes'];
      const asked = ['person', 'reentry', '--person', personId, ...files];
      expect(await first.registrar('cr-ana', ...asked)).toMatchObject({ code: 0 });
      const alone = ['person', 'reentry', '--in', at('reentry.json'), '--yes'];
      expect((await first.registrar('cr-ana', ...alone)).code).not.toBe(0);
      expect(await first.registrar('cr-mario', ...alone)).toMatchObject({ code: 0 });
      const trust = join(first.data.path, 'trust-store.json');
      const way = ['--server', origin, '--trust', trust, '--reentry', at('reentry.paper')];
      const code = `${first.home('cr-daniel')}.recovery-code`;
      const opened = ['--person', personId, '--recovery-code', code, '--revoke-others'];
      const back = await first.atNewHome(at('again'), 'device', 'recover', ...way, ...opened);
      expect(back).toMatchObject({ code: 0, errors: '' });
      const listed = await first.atNewHome(at('again'), 'device', 'list');
      const devices = listed.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(devices).toHaveLength(3);
      // The old home is shut, whoever has it.
      expect((await first.signIn('cr-daniel')).code).not.toBe(0);
      const twice = await first.atNewHome(at('thief'), 'device', 'recover', ...way, ...opened);
      expect(JSON.parse(twice.output)).toMatchObject({ facts: { problem: 'session.refused' } });
    },
    3 * PATIENCE_MS,
  );

  it(
    'have a case of three States under way, with a file in it and an invitation that waits',
    async () => {
      const { steward, member } = CASE_CAST;
      for (const slug of [steward, member]) expect((await first.signIn(slug)).code).toBe(0);
      const json = async (slug: string, ...args: readonly string[]) => {
        const { output, errors, code } = await first.as(slug, ...args);
        expect({ errors, code }).toEqual({ errors: '', code: 0 });
        return output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      };
      const [listed] = await json(member, 'thread', 'list');
      const { threadId } = listed;
      expect(listed).toMatchObject({ title: THREAD_TITLE, standing: 'member', waiting: 0 });
      const [read] = await json(member, 'thread', 'read', threadId);
      const texts = read.entries.map(({ content }: { content: { text?: string } }) => content.text);
      expect(texts).toEqual(expect.arrayContaining(TALK.map(({ text }) => text)));
      expect(read.alerts).toEqual([]);
      const people = await json(steward, 'thread', 'members', threadId);
      expect(people.map(({ standing }) => standing)).toEqual(['member', 'member', 'invited']);
      const out = join(parent, RECORD.name);
      const at = texts.indexOf(RECORD.text);
      const { seq } = read.entries[at];
      await json(member, 'thread', 'save', threadId, String(seq), '--out', out);
      expect(readFileSync(out, 'utf8')).toBe(RECORD.content);
      const [cases] = await json(steward, 'case', 'list');
      expect(cases).toMatchObject({ states: ['CR', 'MX', 'PA'], role: 'steward' });
      const sheet = readFileSync(join(first.data.path, 'demo/personas/README'), 'utf8');
      expect(sheet).toContain(`${steward} and ${member} talk`);
    },
    3 * PATIENCE_MS,
  );

  it(
    'have contacts that their foreign ministries approved, one of them not confirmed',
    async () => {
      const { directory } = await first.seenBy('pa-hugo');
      const said = [...directory.statements.values()].map(({ statement }) => statement);
      const approved = said.flatMap(({ body }) =>
        body.type === 'contact-approval' ? [body.contact] : [],
      );
      const confirmed = said.flatMap(({ body }) =>
        body.type === 'contact-confirmation' ? [body.contact] : [],
      );
      const contacts = said.filter(({ type }) => type === 'contact');
      expect(contacts.map(({ id }) => id).toSorted()).toEqual(approved.toSorted());
      const open = contacts.filter(({ id }) => !confirmed.includes(id));
      expect(open.map(({ body }) => body.state)).toEqual(['PA']);
    },
    PATIENCE_MS,
  );

  it(
    'begin their accounts by themselves, which closes the door of the founding',
    async () => {
      const { directory } = await first.seenBy('xr-saul');
      const lost = [...directory.statements.values()].flatMap(({ statement: { body } }) =>
        body.type === 'revocation' ? [body] : [],
      );
      // Those of Costa Rica were given up by whoever came back without a device.
      const seeded = lost.filter(({ state }) => state !== 'CR');
      expect(seeded).toEqual([expect.objectContaining({ state: 'GT', targetKind: 'device' })]);
      const [any] = [...directory.statements.values()];
      const answer = await fetch(`${origin}/authorities/founding/statements`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'DPoP none' },
        body: JSON.stringify({ wire: any?.statement.object.wire }),
      });
      expect(answer.ok).toBe(false);
      for (const { state } of AUTHORITIES) {
        const active = await first.data.query(
          `SELECT count(*)::int AS people FROM app.persons WHERE state = '${state}' AND activated_at IS NULL`,
        );
        expect(active).toEqual([{ people: 0 }]);
      }
    },
    PATIENCE_MS,
  );

  it(
    'load a client that the demo released, which anybody verifies from elsewhere',
    async () => {
      const trust = join(first.data.path, 'trust-store.json');
      const asked = ['audit', 'verify-web', origin, '--trust', trust];
      // The witnesses look at the audit log once a minute.
      let verified = await first.as('pa-nelva', ...asked);
      for (let tries = 0; verified.code !== 0 && tries < 60; tries += 1) {
        await pause(2_000);
        verified = await first.as('pa-nelva', ...asked);
      }
      expect(JSON.parse(verified.output)).toMatchObject({
        exit: 0,
        problems: [],
        signers: ['release.localhost/demo'],
        log: { quorum: true },
      });
      expect(first.open).not.toContain('release/release.key');
    },
    3 * PATIENCE_MS,
  );

  it('are watched by a witness of each State, which cosigned everything so far', () => {
    const states = AUTHORITIES.map(({ state }) => state).filter((state) => state !== 'XR');
    const notes = states.map((state) => first.cosignedBy(state));
    const [size] = new Set(notes.map((note) => note.split('\n')[1]));
    expect(Number(size)).toBeGreaterThan(3 * EVERYBODY.length);
    for (const [at, note] of notes.entries()) {
      expect(note).toContain(`\n— ${states[at]?.toLowerCase()}.witness.localhost `);
      expect(note.split('\n')[1]).toBe(size);
    }
  });

  it(
    'belong to one origin, and to one command at a time',
    async () => {
      const twice = await first.run('demo', '--json');
      expect(twice.code).toBe(REFUSED);
      expect(JSON.parse(twice.output)).toMatchObject({ code: 'demo.folder-in-use' });
      const reset = await first.run('demo', 'reset', '--yes', '--json');
      expect(JSON.parse(reset.output)).toMatchObject({ code: 'demo.folder-in-use' });
      await stop(demo);
      expect(demo.errors).not.toMatch(/"level":/u);
      const before = first.data.contents();

      const elsewhere = await first.run('demo', '--json', '--port', '9');
      expect(elsewhere.code).toBe(REFUSED);
      expect(JSON.parse(elsewhere.output)).toMatchObject({
        code: 'demo.other-origin',
        facts: { origin },
      });
      const busy = createServer().listen(Number(new URL(origin).port), '127.0.0.1');
      await once(busy, 'listening');
      const taken = await first.run('demo', '--json');
      busy.close();
      expect(taken.code).toBe(REFUSED);
      expect(taken.output).toContain('is in use');
      expect(first.data.contents()).toEqual(before);

      const served = await first.run('serve', '--json', '--port', '9');
      expect(served.code).toBe(REFUSED);
      expect(served.output).toContain(`the one of a demo at ${origin}`);
    },
    3 * PATIENCE_MS,
  );

  it(
    'are all there at the next start, which takes seconds',
    async () => {
      const { roots, slugs } = first;
      demo = start(first);
      expect(await first.ready(demo)).toBe(origin);
      expect(first.startedInMs).toBeLessThan(PATIENCE_MS);
      expect(demo.errors).toBe('');
      expect(first.roots).toEqual(roots);
      expect(first.slugs).toEqual(slugs);
      expect((await first.as('pa-omar', 'device', 'sign-in')).code).toBe(0);
    },
    2 * PATIENCE_MS,
  );

  it(
    'are made anew, with other keys, when the first start was killed in the middle',
    async () => {
      const killed = start(second, '--port', '0');
      await second.heard(killed, () => killed.errors.includes('people certified'));
      const [server = 0] = killed.children();
      killed.kill('SIGKILL');
      process.kill(server, 'SIGKILL');
      await killed.everybodyGone();
      const cluster = second.data.clusterProcess();
      expect(cluster).not.toBeNull();
      const { roots } = second;

      const again = start(second, '--port', '0');
      await second.ready(again);
      expect(again.errors).toContain('made anew');
      expect(isAlive(cluster ?? 0)).toBe(false);
      expect(second.roots.some((root) => roots.includes(root))).toBe(false);
      expect(second.roots.some((root) => first.roots.includes(root))).toBe(false);
      expect(second.slugs).toEqual(first.slugs);
      const { people } = await second.seenBy('mx-ivan');
      expect(people.toSorted()).toEqual(EVERYBODY.toSorted());
      await stop(again);
    },
    2 * FIRST_START_MS,
  );

  it(
    'are deleted after a question, and only then',
    async () => {
      const kept = new EnlaceCommand({ ...second.command('demo', 'reset'), typed: 'no\n' });
      expect((await kept.everybodyGone()).code).toBe(4);
      expect(second.slugs).toEqual(first.slugs);
      const reset = second.command('demo', 'reset', '--lang', 'es');
      const deleted = new EnlaceCommand({ ...reset, typed: 'sí\n' });
      expect((await deleted.everybodyGone()).code).toBe(0);
      expect(deleted.output).toBe(`Borrado: ${second.data.path}\n`);
      expect(existsSync(second.data.path)).toBe(false);
    },
    PATIENCE_MS,
  );
});
