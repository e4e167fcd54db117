import { beforeEach, describe, expect, it } from '@jest/globals';

import { personaOf, Region, refusalOf, strictPolicy, testId, testPublicKey } from '@enlace/testing';

import { publicSince, verifyDevice, verifyPerson, withQuorumCheckpoint } from './chain.js';
import { replay } from './fold/apply.js';
import { emptyDirectory, type Directory } from './fold/directory.js';

const DAY_MS = 86_400_000;
const TWO = ['registrar:CR:1', 'registrar:CR:2'];
const rosa = personaOf('cr-rosa');
const rosaDevice = testId('device:cr-rosa', 7);

const complete = await Region.complete('CR');
let region = complete;
beforeEach(() => {
  region = complete.copy();
});

const judge = (slug = 'cr-rosa') =>
  refusalOf(() => verifyDevice(region.directory, testId(`device:${slug}`, 7), region));

describe('a chain', () => {
  it('names the link that fails', () => {
    const at = (nowMs: number) =>
      refusalOf(() => verifyDevice(region.directory, rosaDevice, { nowMs }));
    const startMs = region.nowMs - 2 * DAY_MS;
    expect(at(region.nowMs)).toBe('accepted');
    expect(at(startMs - DAY_MS)).toBe('not-witnessed');
    expect(at(startMs - 1)).toBe('device-not-yet-valid');
    expect(at(startMs + 90 * DAY_MS)).toBe('accepted');
    expect(at(startMs + 90 * DAY_MS + 1)).toBe('device-expired');
    expect(refusalOf(() => verifyDevice(region.directory, testId('none', 7), region))).toBe(
      'device-unknown',
    );
    expect(refusalOf(() => verifyPerson(region.directory, testId('none', 4), region))).toBe(
      'person-unknown',
    );
    const cert = (nowMs: number) =>
      refusalOf(() => verifyPerson(region.directory, testId('cr-rosa', 4), { nowMs }));
    expect(cert(startMs - 1)).toBe('person-not-yet-valid');
    expect(cert(startMs + 365 * DAY_MS + 1)).toBe('person-expired');
  });

  it('counts only under a checkpoint of the witnesses', () => {
    const other = { ...rosa, slug: 'cr-nadia' };
    region.enrol(other);
    const id = testId('device:cr-nadia', 7);
    expect(refusalOf(() => verifyDevice(region.directory, id, region))).toBe('not-witnessed');
    region.witness();
    expect(refusalOf(() => verifyDevice(region.directory, id, region))).toBe('accepted');
  });

  it('ends with a State that was removed or that this client does not trust', () => {
    region.add({ type: 'state-removal', state: 'PA', removed: 'PA' }, [
      'root:CR',
      'root:GT',
      'root:MX',
    ]);
    expect(judge('pa-omar')).toBe('state-not-trusted');
    expect(judge()).toBe('accepted');
  });

  it('is as new as the newest checkpoint, of whatever size, and public since the first', () => {
    const { size } = region.directory;
    const atFirst = region.nowMs + 1_000;
    const seen = (witnessTimeMs: number, ofSize = size) => {
      region.directory = withQuorumCheckpoint(region.directory, { size: ofSize, witnessTimeMs });
      const { witnessedMs } = region.directory;
      return [witnessedMs, publicSince(region.directory, ofSize - 1)];
    };
    const since = publicSince(region.directory, size - 1);
    expect(seen(atFirst)).toEqual([atFirst, since]);
    expect(seen(atFirst + DAY_MS)).toEqual([atFirst + DAY_MS, since]);
    // One that was made before says nothing new, neither of the clock nor of what it holds.
    expect(seen(atFirst)).toEqual([atFirst + DAY_MS, since]);
    expect(seen(atFirst - 500, size - 1)[0]).toBe(atFirst + DAY_MS);
  });

  it('lets sensitive roles wait, whole and from the first checkpoint that held them', () => {
    const ines = { ...personaOf('cr-ines'), slug: 'cr-marta' };
    region.enrol(ines);
    region.witness();
    const device = testId('device:cr-marta', 7);
    const now = () => refusalOf(() => verifyDevice(region.directory, device, region));
    expect(now()).toBe('not-in-effect');
    region.nowMs += DAY_MS - 1;
    region.witness();
    expect(now()).toBe('not-in-effect');
    region.nowMs += 1;
    expect(now()).toBe('accepted');
    const marta = {
      ...region.person(ines),
      previous: region.newestId('person-cert', 'CR', testId('cr-marta', 4)),
    };
    region.add(marta, TWO);
    region.witness();
    expect(now()).toBe('accepted');
    region.add(
      {
        ...marta,
        roles: ['registrar'],
        auditScope: null,
        previous: region.newestId('person-cert', 'CR', testId('cr-marta', 4)),
      },
      TWO,
    );
    region.witness();
    expect(now()).toBe('not-in-effect');
  });

  it('stops at a fork until the State signs the next serial', () => {
    const one = region.draft(region.renewal(rosa), TWO);
    const two = region.draft(region.renewal(rosa, { roles: ['liaison'] }), TWO);
    region.apply(one);
    region.apply(two);
    region.witness();
    expect(judge()).toBe('person-forked');
    expect(region.directory.forks).toEqual([
      { index: region.wires.length - 1, statement: two.id, twin: one.id },
    ]);
    region.add({ ...region.renewal(rosa), serial: 3, previous: one.id }, TWO);
    region.witness();
    expect(judge()).toBe('accepted');
    const late = region.draft(
      { ...region.renewal(rosa), ...region.term(300), serial: 2, previous: certOfSerialOne() },
      TWO,
    );
    region.apply(late);
    expect(region.directory.forks).toHaveLength(2);
    expect(judge()).toBe('accepted');
  });

  const certOfSerialOne = () =>
    region.draft(
      {
        ...region.person(rosa),
        serial: 1,
        issuedAt: '2027-01-04T12:00:00.000Z',
        notBefore: '2027-01-04T12:00:00.000Z',
        notAfter: '2028-01-04T12:00:00.000Z',
      },
      TWO,
    ).id;

  it('stops at a forked device', () => {
    const [one, two] = [[], [testPublicKey('passkey')]].map((authenticators) =>
      region.draft({ ...region.device(rosa), authenticators }, ['identity:cr-rosa']),
    );
    if (one) region.apply(one);
    if (two) region.apply(two);
    region.witness();
    expect(judge()).toBe('device-forked');
  });
});

describe('a log with rubbish in it', () => {
  it('folds to the same as without, and says what was skipped', () => {
    const entries = region.wires.map((wire, index) => ({ index: 2 * index + 1, wire }));
    const rubbish = region.wires.map((wire, index) => ({
      index: 2 * index,
      wire: wire.replace('e', 'f'),
    }));
    const mixed = [...entries, ...rubbish].toSorted((a, b) => a.index - b.index);
    const empty = emptyDirectory(region.trustStore, 'CR');
    const { directory, skipped } = replay(empty, mixed);
    const clean = replay(empty, entries).directory;
    expect(skipped).toHaveLength(region.wires.length);
    expect(directory).toEqual(clean);
    expect(() => replay(directory, [{ index: 0, wire: region.wires[0] ?? '' }])).toThrow(
      RangeError,
    );
  });

  it('never takes a statement with a changed character', () => {
    const { wire } = region.draft(strictPolicy('CR'), ['root:CR']).object;
    const at = region.wires.length;
    for (let index = 0; index < wire.length; index += 1) {
      const changed = `${wire.slice(0, index)}${wire[index] === 'A' ? 'B' : 'A'}${wire.slice(index + 1)}`;
      const { directory, skipped } = replay(region.directory, [{ index: at, wire: changed }]);
      expect(skipped).toHaveLength(1);
      expect(isSame(directory, { ...region.directory, size: directory.size })).toBe(true);
    }
  });

  const isSame = (one: Directory, other: Directory): boolean => {
    const values = Object.values(other);
    return Object.values(one).every((value, at) => value === values[at]);
  };

  it('holds the same after every refusal', () => {
    const before = region.directory;
    const nadia = region.person({ ...rosa, slug: 'cr-nadia' });
    expect(refusalOf(() => region.add(nadia, ['registrar:CR:1']))).toBe('two-registrars');
    expect(refusalOf(() => region.add(strictPolicy('CR'), ['root:PA']))).toBe('signer');
    expect(isSame(region.directory, before)).toBe(true);
  });
});
