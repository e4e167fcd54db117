import { writeFileSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { forTestsOnlySeed, testPublicKey } from '@enlace/testing';
import { SIGNING_LABELS, signObject, verifyDeviceOffer } from '@enlace/trust';

import { changeWays } from '../../support/people/changed-ways.js';
import {
  CommandStage,
  ended,
  enrolByCommand,
  foundByCommand,
  linesOf,
  type Told,
} from '../../support/people/command-stage.js';
import { frozenDirectory } from '../../support/people/lying-server.js';
import { until, type EnlaceCommand } from '../first-run/enlace-command.js';

const STORY_MS = 240_000;

describe('a second device of somebody who has one at hand, on the command line', () => {
  let stage: CommandStage;
  let rosa: string;
  const running: EnlaceCommand[] = [];

  beforeAll(async () => {
    stage = await CommandStage.begin();
    await foundByCommand(stage);
    rosa = await enrolByCommand(stage, 'rosa');
    await enrolByCommand(stage, 'omar');
  }, STORY_MS);
  afterAll(async () => {
    for (const command of running) if (!command.isOver) await command.destroy();
    await stage.close();
  });
  beforeEach(() => {
    stage.here.liar.lie = ({ text }) => text;
  });

  const only = ({ lines }: Told) => lines[0] ?? {};
  const begin = (...args: readonly string[]): EnlaceCommand => {
    const command = stage.start('device', ...args);
    running.push(command);
    return command;
  };
  /** Waits for a line of this event, while all of these are under way. */
  const heard = async (event: string, command: EnlaceCommand, ...beside: EnlaceCommand[]) => {
    const find = () => linesOf(command).find((line) => line['event'] === event);
    await until(`${event} from ${command.output}${command.errors}`, () => {
      const over = [command, ...beside].find(({ isOver }) => isOver);
      if (find() === undefined && over !== undefined) throw new Error(`over: ${over.output}`);
      return find() !== undefined;
    });
    return find() ?? {};
  };
  /** Types at one device what the other one shows. */
  const copyDigits = async (from: EnlaceCommand, to: EnlaceCommand): Promise<void> =>
    to.type(`${String((await heard('digits', from, to))['digits'])}\n`);
  const add = (home: string, ...args: readonly string[]): EnlaceCommand =>
    begin('add', '--home', stage.at(home), ...stage.firstClaim, ...args);
  /** Shows what a new device asks for, in a file that another one reads. */
  const offered = async (command: EnlaceCommand, name: string): Promise<string> => {
    const { request } = await heard('offered', command);
    writeFileSync(stage.at(name), `${String(request)}\n`);
    return stage.at(name);
  };
  const approve = (home: string, request: string): EnlaceCommand =>
    begin('approve', '--home', stage.at(home), '--request', request);
  /** Each device that is added takes sessions of the person, of which the oldest ends. */
  const signIn = async (home: string) =>
    stage.enlace('device', 'sign-in', '--home', stage.at(home));
  const devicesOf = async (home: string) =>
    (await stage.enlace('device', 'list', '--home', stage.at(home))).lines;

  const giveUp = async (home: string): Promise<void> => {
    for (const each of ['rosa', home]) expect(await signIn(each)).toMatchObject({ code: 0 });
    const [own] = (await devicesOf(home)).filter(({ isThis }) => isThis === true);
    const device = ['--device', String(own?.['deviceId']), '--reason', 'lost', '--yes'];
    const by = ['--home', stage.at('rosa')];
    expect(await stage.enlace('device', 'revoke', ...by, ...device)).toMatchObject({ code: 0 });
  };

  it(
    'is added: a text one way, six digits the other, and it opens the vault by itself',
    async () => {
      const adding = add('second', '--person', rosa, '--yes');
      const approving = approve('rosa', await offered(adding, 'second.request'));
      const { digits } = await heard('digits', adding, approving);
      expect(digits).toMatch(/^\d{6}$/);
      approving.type(`${String(digits)}\n`);
      expect(await ended(approving)).toMatchObject({ code: 0, lines: [{ event: 'approved' }] });
      const added = await ended(adding);
      expect(added).toMatchObject({ code: 0, errors: '' });
      expect(added.lines.map(({ event }) => event)).toEqual(['offered', 'digits', 'added']);
      const home = ['--home', stage.at('second')];
      expect(await stage.enlace('device', 'sign-in', ...home)).toMatchObject({ code: 0 });
      const [first, second] = await Promise.all(
        ['rosa', 'second'].map(async (each) => stage.enlace('whoami', '--home', stage.at(each))),
      );
      expect(only(second as Told)).toMatchObject({
        personId: only(first as Told)['personId'],
        isVouchedFor: true,
      });
      expect(await devicesOf('second')).toHaveLength(2);
      // The other device hears of it at its next sign-in, once; the new one knows itself.
      const heardOf = async (who: string) => {
        const told = await stage.enlace('device', 'sign-in', '--home', stage.at(who));
        return only(told)['deviceNews'];
      };
      const { deviceId } = added.lines.at(-1) ?? {};
      expect(await heardOf('rosa')).toEqual([{ kind: 'new-device', deviceId, platform: 'cli' }]);
      expect(await heardOf('rosa')).toEqual([]);
      expect(await heardOf('second')).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'adds another one in its turn, and the request that was used is worth nothing',
    async () => {
      const adding = add('third', '--person', rosa, '--yes');
      const request = await offered(adding, 'third.request');
      const approving = approve('second', request);
      await copyDigits(adding, approving);
      expect(await ended(adding)).toMatchObject({ code: 0 });
      const again = await ended(approve('rosa', request));
      expect(only(again)).toMatchObject({ facts: { problem: 'device-link.not-found' } });
      const used = await ended(approve('second', request));
      expect([used.code, only(used)['facts']]).toMatchObject([4, { problem: 'device-link.step' }]);
      expect(await devicesOf('rosa')).toHaveLength(3);
    },
    STORY_MS,
  );

  it(
    'is nothing where the text was mistyped, or is none',
    async () => {
      writeFileSync(stage.at('mistyped'), stage.read('third.request').replace(/.\n$/u, '0\n'));
      for (const name of ['mistyped', 'rosa.paper']) {
        expect(await ended(approve('rosa', stage.at(name)))).toMatchObject({ code: 3 });
      }
    },
    STORY_MS,
  );

  it(
    'is found out where the server hands out keys of its own: nothing is signed',
    async () => {
      const adding = add('swapped');
      const request = await offered(adding, 'swapped.request');
      stage.here.liar.lie = ({ url, method, text }) => {
        if (!/^\/devices\/links\/[0-9a-f-]{36}$/u.test(url) || method !== 'GET') return text;
        const shown = JSON.parse(text);
        const { body } = verifyDeviceOffer(shown.offer);
        const forged = { ...body, signKey: testPublicKey('device:server') };
        const seeds = [forTestsOnlySeed('device:server')];
        return JSON.stringify({
          ...shown,
          offer: signObject(SIGNING_LABELS.deviceOffer, forged, seeds),
        });
      };
      const told = await ended(approve('rosa', request));
      expect([told.code, only(told)['facts']]).toMatchObject([
        2,
        { problem: 'ceremony.refused', rule: 'keys' },
      ]);
      expect(await devicesOf('rosa')).toHaveLength(3);
    },
    STORY_MS,
  );

  it(
    'is not added to somebody else, who was faster with the text: the digits of the own device differ',
    async () => {
      const adding = add('caught');
      const request = await offered(adding, 'caught.request');
      const thief = approve('omar', request);
      const { digits } = await heard('digits', adding, thief);
      const own = await ended(approve('rosa', request));
      expect(only(own)).toMatchObject({ facts: { problem: 'device-link.not-found' } });
      // Whoever does not see the screen of the new device guesses one of a million.
      thief.type(`${String((Number(digits) + 1) % 1_000_000).padStart(6, '0')}\n`);
      const told = await ended(thief);
      expect([told.code, only(told)['facts']]).toMatchObject([2, { rule: 'digits' }]);
      expect(await devicesOf('omar')).toHaveLength(1);
      await adding.destroy();
    },
    STORY_MS,
  );

  it(
    'keeps nothing of what somebody else handed over: its person typed no digits anywhere',
    async () => {
      const adding = add('caught');
      const thief = approve('omar', await offered(adding, 'again.request'));
      await copyDigits(adding, thief);
      expect(await ended(thief)).toMatchObject({ code: 0 });
      adding.type('no\n');
      const told = await ended(adding);
      expect([told.code, told.lines.at(-1)?.['code']]).toEqual([4, 'link.not-confirmed']);
      expect(await devicesOf('rosa')).toHaveLength(3);
      // The home is still nobody's, and asks again: with keys that nobody has certified.
      const again = add('caught');
      const approving = approve('rosa', await offered(again, 'once.more.request'));
      await copyDigits(again, approving);
      expect(await ended(approving)).toMatchObject({ code: 0 });
      again.type('yes\n');
      expect(await ended(again)).toMatchObject({ code: 0 });
      expect(await devicesOf('rosa')).toHaveLength(4);
    },
    STORY_MS,
  );

  it(
    'is whole although another device changed what opens the vault before others saw it',
    async () => {
      // A person has no more than so many devices.
      await giveUp('caught');
      stage.here.liar.lie = frozenDirectory();
      const adding = add('between', '--person', rosa, '--yes');
      const approving = approve('rosa', await offered(adding, 'between.request'));
      await copyDigits(adding, approving);
      expect(await ended(approving)).toMatchObject({ code: 0 });
      const held = await ended(adding);
      expect([held.code, held.lines.at(-1)]).toMatchObject([1, { waiting: 'device-unknown' }]);
      stage.here.liar.lie = ({ text }) => text;
      await changeWays(stage, 'rosa');
      expect(await ended(add('between'))).toMatchObject({ code: 0, lines: [{ event: 'added' }] });
    },
    STORY_MS,
  );

  it(
    'is not taken by whoever is faster where nobody is asked: it was said before whose it becomes',
    async () => {
      const nobody = await ended(add('scripted', '--yes'));
      expect([nobody.code, nobody.lines.at(-1)?.['facts']]).toMatchObject([
        4,
        { option: '--person' },
      ]);
      const adding = add('scripted', '--person', rosa, '--yes');
      const thief = approve('omar', await offered(adding, 'scripted.request'));
      await copyDigits(adding, thief);
      expect(await ended(thief)).toMatchObject({ code: 0 });
      const told = await ended(adding);
      expect([told.code, told.lines.at(-1)?.['code']]).toEqual([4, 'link.not-confirmed']);
      const home = await stage.enlace('device', 'list', '--home', stage.at('scripted'));
      expect(only(home)).toMatchObject({ code: 'device.not-enrolled' });
    },
    STORY_MS,
  );

  it(
    'is not approved by a device that was given up',
    async () => {
      await giveUp('third');
      const adding = add('late');
      const told = await ended(approve('third', await offered(adding, 'late.request')));
      expect([told.code, only(told)['facts']]).toMatchObject([4, { problem: 'session.ended' }]);
    },
    STORY_MS,
  );
});
