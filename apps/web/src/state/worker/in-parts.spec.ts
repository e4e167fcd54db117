import { describe, expect, it } from '@jest/globals';

import { z } from '../../protocol/messages.js';
import { inParts } from './in-parts.js';

const thread = z.nullable(
  z.strictObject({ title: z.string(), entries: z.array(z.strictObject({ seq: z.int() })) }),
);
const parts: number[] = [];

/** As the page reads it, and how much of it at once. */
function read(data: unknown) {
  const sound = thread.parse(data);
  parts.push(sound?.entries.length ?? 0);
  return sound;
}

const entriesOf = (count: number) => Array.from({ length: count }, (_, at) => ({ seq: at + 1 }));

describe('an answer of the worker', () => {
  it.each([
    ['nothing', null],
    ['a short thread', { title: 'a', entries: entriesOf(500) }],
    ['a long one, each entry once and in its place', { title: 'a', entries: entriesOf(1_234) }],
  ])('is read as it is: %s', async (_, data) => {
    parts.length = 0;
    expect(await inParts(data, read)).toEqual(data);
    expect(Math.max(...parts)).toBeLessThanOrEqual(500);
  });

  it('is refused for what is wrong at its end', async () => {
    const entries = [...entriesOf(1_234), { seq: 'the last' }];
    await expect(inParts({ title: 'a', entries }, read)).rejects.toThrow('Invalid input');
  });

  it('lets others go first between two parts', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1));
    await inParts({ title: 'a', entries: entriesOf(5_000) }, read);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
