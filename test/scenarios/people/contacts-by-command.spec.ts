import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  CommandStage,
  enrolByCommand,
  foundByCommand,
  type Told,
} from '../../support/people/command-stage.js';

const STORY_MS = 240_000;

describe('the contacts of an office, on the command line', () => {
  let stage: CommandStage;
  let contactId: string;

  beforeAll(async () => {
    stage = await CommandStage.begin();
    await foundByCommand(stage);
    await enrolByCommand(stage, 'rosa');
    await enrolByCommand(stage, 'daniel', 'chancellery-approver');
  }, STORY_MS);
  afterAll(async () => stage.close());
  beforeEach(() => {
    stage.here.liar.lie = ({ text }) => text;
  });

  const only = ({ lines }: Told) => lines[0] ?? {};
  const contact = async (who: string, verb: string, ...args: readonly string[]) =>
    stage.enlace('directory', 'contact', verb, '--home', stage.at(who), ...args);
  const propose = async (...duties: readonly string[]) => {
    const office = ['--office', stage.state.officeId, '--duties', duties.join(',')];
    const words = ['--function-es', 'Punto focal', '--function-en', 'Focal point'];
    const reach = ['--phone', '+506 0000 0000', '--languages', 'es,en'];
    return contact('rosa', 'propose', ...office, ...words, ...reach);
  };
  const named = () => ['--contact', contactId];

  it(
    'is proposed by the office, and read and approved by the foreign ministry, which confirms nothing unread',
    async () => {
      const proposed = await propose('focal-point-smuggling');
      expect(proposed).toMatchObject({ code: 0, lines: [{ event: 'contact-proposed' }] });
      contactId = String(only(proposed)['contactId']);
      const listed = await contact('daniel', 'list');
      expect(only(listed)).toMatchObject({
        contactId,
        step: 'proposed',
        duties: ['focal-point-smuggling'],
        card: { phone: '+506 0000 0000' },
      });
      const unasked = await contact('daniel', 'approve', ...named());
      expect(only(unasked)).toMatchObject({ code: 'sign.not-confirmed' });
      expect(unasked.errors).toContain('+506 0000 0000');
      const self = await contact('rosa', 'approve', ...named(), '--yes');
      expect(self.code).toBe(4);
      const approved = await contact('daniel', 'approve', ...named(), '--yes');
      expect(approved).toMatchObject({ code: 0, lines: [{ event: 'contact-approved' }] });
      const again = await contact('daniel', 'approve', ...named(), '--yes');
      expect(only(again)).toMatchObject({ code: 'contact.unknown' });
    },
    STORY_MS,
  );

  it(
    'is confirmed for the quarter by its office',
    async () => {
      const confirmed = await contact('rosa', 'confirm', ...named());
      expect(confirmed).toMatchObject({ code: 0, lines: [{ event: 'contact-confirmed' }] });
      const types = ['--type', 'contact-confirmation', '--home', stage.at('rosa')];
      await stage.enlace('directory', 'verify', '--home', stage.at('rosa'));
      expect((await stage.enlace('directory', 'list', ...types)).lines).toHaveLength(1);
    },
    STORY_MS,
  );

  it(
    'is rejected with a reason, which its office reads',
    async () => {
      contactId = String(only(await propose('borders'))['contactId']);
      const mute = await contact('daniel', 'reject', ...named(), '--yes');
      expect(only(mute)).toMatchObject({ code: 'usage.missing-option' });
      const because = ['--reason', 'Falta el horario'];
      const rejected = await contact('daniel', 'reject', ...named(), ...because, '--yes');
      expect(rejected).toMatchObject({ code: 0, lines: [{ event: 'contact-rejected' }] });
      const { lines } = await contact('daniel', 'list');
      expect(lines).toContainEqual(
        expect.objectContaining({ contactId, step: 'rejected', reason: 'Falta el horario' }),
      );
    },
    STORY_MS,
  );

  it(
    'is not approved with another telephone than its office signed for',
    async () => {
      contactId = String(only(await propose('victims'))['contactId']);
      stage.here.liar.lie = ({ url, method, text }) =>
        url === '/directory/contacts' && method === 'GET'
          ? text.replaceAll('+506 0000 0000', '+506 6666 6666')
          : text;
      const told = await contact('daniel', 'approve', ...named(), '--yes');
      expect([told.code, only(told)['facts']]).toMatchObject([
        2,
        { problem: 'ceremony.refused', rule: 'card' },
      ]);
    },
    STORY_MS,
  );
});
