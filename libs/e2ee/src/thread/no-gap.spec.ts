import { beforeAll, describe, expect, it } from '@jest/globals';
import { GROUP_SUITES } from '@enlace/contracts';
import { toHex, type PersonId } from '@enlace/kernel';
import { SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';
import { findEpoch } from './view/thread-view.js';

const SEEDS = process.env['SLOW'] === '1' ? 20 : 3;
const STEPS = 40;

beforeAll(cryptoReady);

/** Who is meant to read what, kept apart from any view. */
interface Story {
  readonly lab: ThreadLab;
  readonly random: SeededRandom;
  readonly inside: LabClient[];
  readonly waiting: LabClient[];
  /** Texts in their order, with the sequence of their entry. */
  readonly said: { readonly seq: number; readonly text: string }[];
  /** From which sequence on, and up to which, each may read. */
  readonly reach: Map<LabClient, { from: number; to: number }>;
}

async function begin(seed: string): Promise<Story> {
  const random = new SeededRandom(seed);
  const lab = new ThreadLab(random);
  lab.suite = GROUP_SUITES.x25519;
  const opener = lab.client();
  await lab.open(opener);
  const reach = new Map([[opener, { from: 1, to: Infinity }]]);
  return { lab, random, inside: [opener], waiting: [], said: [], reach };
}

const steward = ({ inside }: Story): LabClient => {
  const [first] = inside;
  if (first === undefined) throw new Error('nobody is inside');
  return first;
};

const ACTS: Readonly<Record<string, (story: Story) => Promise<void>>> = {
  async invite(story) {
    const { lab, waiting, reach } = story;
    const invited = lab.client(undefined, story.random.pick(['CR', 'GT', 'MX']));
    await lab.invite(steward(story), invited);
    lab.startAt(invited);
    reach.set(invited, { from: lab.log.length, to: Infinity });
    waiting.push(invited);
    // Some read at once, others when they join.
    invited.isAsleep = story.random.number(2) === 0;
  },
  async join({ lab, waiting, inside, random }) {
    if (waiting.length === 0) return;
    const joiner = random.pick(waiting);
    joiner.isAsleep = false;
    await lab.join(joiner);
    waiting.splice(waiting.indexOf(joiner), 1);
    inside.push(joiner);
  },
  async update({ lab, inside, random }) {
    await lab.commit(random.pick(inside), { act: 'update' });
    await lab.readAll();
  },
  async say({ lab, inside, random, said }) {
    const text = `text ${said.length}`;
    lab.say(random.pick(inside), text);
    said.push({ seq: lab.log.length, text });
    await lab.readAll();
  },
  async remove(story) {
    const { lab, inside, random, reach } = story;
    if (inside.length < 3) return;
    const gone = random.pick(inside.slice(1));
    const by = steward(story);
    await lab.commit(by, { act: 'remove', personId: gone.device.personId });
    await lab.readAll();
    inside.splice(inside.indexOf(gone), 1);
    const until = reach.get(gone);
    if (until !== undefined) until.to = lab.log.length;
  },
};

function textsOf({ shown }: LabClient): readonly string[] {
  return [...shown.values()].flatMap((effect) =>
    effect.kind === 'content' && effect.content.type === 'text' ? [effect.content.text] : [],
  );
}

describe('invitations, joins, removals and commits by all, at random', () => {
  it.each(Array.from({ length: SEEDS }, (_, at) => `no gap ${at}`))(
    'each reads every entry from its invitation to its removal, and no other: seed %s',
    async (seed) => {
      const story = await begin(seed);
      const { lab, random, said, reach, inside } = story;
      const names = ['invite', 'join', 'join', 'update', 'say', 'say', 'say', 'remove'];
      for (let step = 0; step < STEPS; step += 1) {
        await ACTS[random.pick(names)]?.(story);
      }
      await ACTS['say']?.(story);
      for (const invited of story.waiting) {
        await lab.read(invited);
        await lab.anchor(invited);
      }
      for (const [client, { from, to }] of reach) {
        const expected = said.filter(({ seq }) => seq > from && seq <= to).map(({ text }) => text);
        expect({ seed, texts: textsOf(client), heard: client.heard }).toEqual({
          seed,
          texts: expected,
          heard: [],
        });
      }
      assertKeys(story);
      expect(new Set(inside.map(({ view }) => toHex(view.head.chain))).size).toBe(1);
    },
    120_000,
  );
});

/** Keys of epochs are with those who were inside or waiting then, and with nobody else. */
function assertKeys({ reach, inside }: Story): void {
  const [first] = inside;
  if (first === undefined) throw new Error('nobody');
  const states = personsByEpoch(first);
  const keyIn = ({ view }: LabClient, epoch: number): string | null => {
    const key = findEpoch(view, { incarnation: 0, epoch })?.epochKey ?? null;
    return key === null ? null : toHex(key);
  };
  for (const client of reach.keys()) {
    for (const [epoch, persons] of states) {
      const isIn = persons.has(client.device.personId);
      const key = keyIn(client, epoch);
      expect({ epoch, key }).toEqual({ epoch, key: isIn ? keyIn(first, epoch) : null });
    }
  }
}

function personsByEpoch({ shown }: LabClient): ReadonlyMap<number, ReadonlySet<PersonId>> {
  const states = [...shown.values()].flatMap((effect) =>
    effect.kind === 'committed' || effect.kind === 'opened' ? (effect.state ?? []) : [],
  );
  return new Map(
    states.map(({ epoch, members, invitations }) => [
      epoch,
      new Set([...members, ...invitations].map(({ personId }) => personId)),
    ]),
  );
}
