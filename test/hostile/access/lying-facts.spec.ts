import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  carryInSession,
  confirmedFactsOf,
  confirmFact,
  DirectoryReplica,
  directoryOf,
  draftFact,
  softwarePresence,
  type Session,
  type Speaker,
} from '@enlace/client';
import type { LoggedStatement } from '@enlace/contracts';
import { systemClock, systemRandom } from '@enlace/kernel';
import { MemoryStore } from '@enlace/testing';
import { parseStatement } from '@enlace/trust';

import { certifiedBy } from '../../support/people/certified-by.js';
import {
  type ClientPerson,
  foundState,
  FromElsewhere,
  readDirectory,
} from '../../support/people/client-people.js';
import { aWitnessedState, type WitnessedState } from '../../support/people/witnessed-state.js';

const STORY_MS = 240_000;
const TRIES_LIMIT = 120;
const PATH = '/countries/CR/languages';
const CONTENT = {
  path: PATH,
  value: '["es"]',
  source: 'Ley de ejemplo 1',
  sourceDate: '2026-09-01',
  validFrom: null,
  validTo: null,
  reviewBy: null,
  note: null,
};

describe('a server that lies about what a State confirmed (T1, T2)', () => {
  let here: WitnessedState;
  let session: Session;
  let drafted: string;

  const open = async () =>
    DirectoryReplica.open(new MemoryStore(), {
      trustStoreText: here.trustStore,
      viewpoint: 'CR',
    });
  const factsIn = async () => {
    const replica = await open();
    await replica.sync(directoryOf(session));
    return confirmedFactsOf(replica.directory);
  };
  const speaker = async (person: ClientPerson): Promise<Speaker> => ({
    state: 'CR',
    identitySeed: person.keys.identitySeed,
    directory: await readDirectory(session, here.trustStore),
    clock: systemClock,
    random: systemRandom,
  });

  beforeAll(async () => {
    here = await aWitnessedState();
    const registrars = await foundState(here.state, new FromElsewhere(here.url), here.statements);
    const lucia = await certifiedBy(registrars, here, ['cooperation-officer']);
    const marta = await certifiedBy(registrars, here, ['central-authority']);
    session = await marta.signIn();
    drafted = draftFact(await speaker(lucia), CONTENT);
    const carry = carryInSession(session, softwarePresence(marta.keys.signSeed));
    await confirmFact(carry, await speaker(marta), drafted);
    for (let tries = 0; (await factsIn()).length === 0; tries += 1) {
      if (tries === TRIES_LIMIT) throw new Error('the witness has not seen the fact');
      await pause(500);
    }
  }, STORY_MS);
  afterAll(async () => here.close());
  beforeEach(() => {
    here.liar.lie = ({ text }) => text;
  });

  /** Serves other statements beside the true, witnessed checkpoint. */
  function alter(change: (page: readonly LoggedStatement[]) => readonly unknown[]): void {
    here.liar.lie = ({ url, text }) =>
      url.startsWith('/directory/statements') ? JSON.stringify(change(JSON.parse(text))) : text;
  }
  const isFact = ({ wire }: LoggedStatement) => parseStatement(wire).type === 'fact-confirmation';

  it('is believed while it is honest', async () => {
    expect(await factsIn()).toMatchObject([{ state: 'CR', path: PATH, value: '["es"]' }]);
  });

  it.each<[string, (page: readonly LoggedStatement[]) => readonly unknown[]]>([
    ['hide it', (page) => page.filter((one) => !isFact(one))],
    [
      'leave out a signature of it',
      (page) => page.map((one) => (isFact(one) ? { ...one, wire: drafted } : one)),
    ],
  ])('cannot %s: the directory is refused, and nothing of it is read', async (_what, change) => {
    alter(change);
    const replica = await open();
    await expect(replica.sync(directoryOf(session))).rejects.toMatchObject({
      code: 'directory.refused',
    });
    expect(confirmedFactsOf(replica.directory)).toEqual([]);
  });
});
