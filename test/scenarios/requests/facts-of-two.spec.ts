import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { edited, goodRequest } from '@enlace/testing';

import {
  CommandStage,
  enrolByCommand,
  foundByCommand,
  type Told,
} from '../../support/people/command-stage.js';

const STORY_MS = 240_000;
const PATH = '/countries/CR/languages';
/** The witness is asked after each append; who looks before it answered looks again. */
const TRIES_LIMIT = 40;

describe('a fact of the own State, confirmed by two persons on the command line', () => {
  let stage: CommandStage;

  beforeAll(async () => {
    stage = await CommandStage.begin();
    await foundByCommand(stage);
    await enrolByCommand(stage, 'lucia', 'cooperation-officer');
    await enrolByCommand(stage, 'marta', 'central-authority');
  }, STORY_MS);
  afterAll(async () => stage.close());
  beforeEach(() => {
    stage.here.liar.lie = ({ text }) => text;
  });

  const only = ({ lines }: Told) => lines[0] ?? {};
  const fact = async (who: string, verb: string, ...args: readonly string[]) =>
    stage.enlace('directory', 'fact', verb, '--home', stage.at(who), ...args);
  const verify = async (who: string) =>
    stage.enlace('directory', 'verify', '--home', stage.at(who));
  const propose = async (path: string, value: string, out: string) => {
    const from = ['--source', 'Ley de ejemplo 1', '--source-date', '2026-09-01'];
    const what = ['--path', path, '--value', value, '--out', stage.at(out)];
    return fact('lucia', 'propose', ...what, ...from);
  };
  const confirm = async (who: string, file: string) =>
    fact(who, 'confirm', '--in', stage.at(file), '--yes');
  async function seenBy(who: string): Promise<void> {
    for (let tries = 0; (await verify(who)).code !== 0; tries += 1) {
      if (tries === TRIES_LIMIT) throw new Error('the witness has not seen the log');
      await pause(500);
    }
  }

  it(
    'is confirmed by nobody alone, not even by whoever signs it twice',
    async () => {
      expect((await propose(PATH, '["es"]', 'alone.json')).code).toBe(0);
      const alone = await confirm('lucia', 'alone.json');
      expect([alone.code, only(alone)]).toMatchObject([
        4,
        {
          code: 'server.answered',
          facts: { problem: 'statement.refused', rule: 'signature-count' },
        },
      ]);
      expect((await fact('lucia', 'list')).lines).toEqual([]);
      expect((await propose(PATH, '["es"]', 'fact.json')).code).toBe(0);
    },
    STORY_MS,
  );

  it(
    'is read by a second person, signed and handed in; then everybody sees it beside the packs',
    async () => {
      const unread = await fact('marta', 'confirm', '--in', stage.at('fact.json'));
      expect(only(unread)).toMatchObject({ code: 'sign.not-confirmed' });
      expect(unread.errors).toContain(PATH);
      const confirmed = await confirm('marta', 'fact.json');
      expect(confirmed).toMatchObject({
        code: 0,
        lines: [{ event: 'fact-confirmed', path: PATH }],
      });
      await seenBy('lucia');
      const listed = await fact('lucia', 'list', '--out', stage.at('packs.json'));
      expect(listed).toMatchObject({
        code: 0,
        lines: [
          {
            event: 'fact',
            path: PATH,
            states: ['CR'],
            before: { value: null, confidence: 'unknown' },
            after: { value: ['es'], confidence: 'verified', source: 'Ley de ejemplo 1' },
          },
          { event: 'packs-written', version: expect.stringMatching(/\+1$/u) },
        ],
      });
    },
    STORY_MS,
  );

  it(
    'is what a check reads from then on, with who confirmed it, without account or network',
    async () => {
      const pair = { '/requestingState': 'US', '/requestedState': 'CR' };
      writeFileSync(stage.at('request.json'), JSON.stringify(edited(goodRequest(), pair)));
      const packs = ['--packs', stage.at('packs.json')];
      const command = stage.start('precheck', stage.at('request.json'), ...packs);
      await command.everybodyGone();
      expect(JSON.parse(command.output)).toMatchObject({
        factsUsed: expect.arrayContaining([
          expect.objectContaining({
            path: PATH,
            confidence: 'verified',
            confirmedBy: { state: 'CR', on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/u) },
          }),
        ]),
      });
    },
    STORY_MS,
  );

  it(
    'cannot be hidden or changed by the server: the directory does not go on',
    async () => {
      const wire = stage.read('fact.json').trim();
      const lies = [
        (page: readonly { wire: string }[]) => page.filter((one) => !isFact(one)),
        (page: readonly { wire: string }[]) =>
          page.map((one) => (isFact(one) ? { ...one, wire } : one)),
      ];
      for (const change of lies) {
        stage.here.liar.lie = ({ url, text }) =>
          url.startsWith('/directory/statements') ? JSON.stringify(change(JSON.parse(text))) : text;
        const told = await verify('marta');
        expect([told.code, only(told)]).toMatchObject([2, { code: 'integrity.failed' }]);
        expect((await fact('marta', 'list')).lines).toEqual([]);
      }
      stage.here.liar.lie = ({ text }) => text;
      await seenBy('marta');
      expect((await fact('marta', 'list')).lines).toMatchObject([{ event: 'fact', path: PATH }]);
    },
    STORY_MS,
  );
});

/** Whether the wire of a statement says so itself. */
function isFact({ wire }: { readonly wire: string }): boolean {
  const { body } = JSON.parse(wire) as { readonly body: string };
  return Buffer.from(body, 'base64url').toString().includes('"fact-confirmation"');
}
