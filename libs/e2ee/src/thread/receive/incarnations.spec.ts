import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  decodeClearBody,
  decodeEntry,
  encodeThreadStatement,
  parseThreadStatement,
  type ClearBody,
} from '@enlace/contracts';
import { toBase64Url, type EntryId } from '@enlace/kernel';
import { refusalOf, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../../sodium.js';
import { finished, ownPlace, placeOf, signClear } from '../plan/make-entries.js';
import { makeIncarnation } from '../plan/make-genesis.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let ines: LabClient;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('incarnations'));
  ines = await lab.joined(rosa, 'MX');
});

const ground = (client: LabClient) => ({
  ...lab.making(client),
  port: lab.port,
  entryId: lab.id<EntryId>(),
});
const renew = (by: LabClient, without: readonly LabClient[] = []) =>
  makeIncarnation(
    by.view,
    { without: new Set(without.map(({ device }) => device.personId)), reason: 'bad-commit' },
    ground(by),
  );

/** Omar, whose client was changed, posts a commit that nobody can follow. */
async function poison(): Promise<void> {
  const before = omar.pending;
  const made = await lab.commit(omar, { act: 'update' });
  lab.log.pop();
  omar.pending = before;
  const body = decodeClearBody('commit', decodeEntry(made.entry.bytes).body);
  const statement = parseThreadStatement('commit', body.statement);
  const epochKeyId = toBase64Url(new Uint8Array(16));
  const other: ClearBody = {
    ...body,
    statement: encodeThreadStatement('commit', { ...statement, epochKeyId }),
  };
  const place = placeOf(omar.view, {
    kind: 'commit',
    entryId: lab.id<EntryId>(),
    own: ownPlace(omar.view),
  });
  lab.append(finished(signClear(place, other, omar.device)).bytes);
  omar.isAsleep = true;
  await lab.readAll();
}

describe('a thread with a void commit', () => {
  it('stands still for everybody, and goes on in a new incarnation without the culprit', async () => {
    await poison();
    for (const client of [rosa, ines]) {
      expect(client.heard).toMatchObject([{ kind: 'BAD_COMMIT', facts: { rule: 'stated' } }]);
      expect(refusalOf(() => lab.say(client, 'hello'))).toBe('void');
    }
    lab.accept(rosa, await renew(rosa, [omar]));
    await lab.readAll();
    expect(rosa.view.place).toEqual({ incarnation: 1, epoch: 0 });
    expect(ines.view.place).toEqual({ incarnation: 1, epoch: 0 });
    expect(ines.view.isVoid).toBe(false);
    expect(ines.view.group).toBeNull();
    await lab.commit(ines, { act: 'device' });
    await lab.readAll();
    lab.say(ines, 'again');
    await lab.readAll();
    const last = [...rosa.shown.values()].at(-1);
    expect(last).toMatchObject({ kind: 'content', content: { text: 'again' } });
    expect(rosa.view.members?.state.members).toHaveLength(2);
    // Sequences and places of devices went on.
    expect(rosa.view.head.seq).toBe(lab.log.length);
  });

  it('tells nothing to whoever was left out', async () => {
    await poison();
    lab.accept(rosa, await renew(rosa, [omar]));
    await lab.readAll();
    omar.isAsleep = false;
    const genesis = lab.log.at(-1);
    const skipped = lab.log.at(-2);
    if (genesis === undefined || skipped === undefined) throw new Error('no entries');
    // His own client stops at the commit that it did not make.
    expect(await lab.receive(omar, skipped)).toMatchObject({ alert: { kind: 'ROLLBACK' } });
    const keys = [...omar.view.epochs.keys()];
    expect(keys.filter((name) => name.startsWith('1/'))).toEqual([]);
  });
});

describe('a new incarnation', () => {
  it('is begun by a steward of the last valid state, and by nobody else', async () => {
    await expect(renew(omar)).rejects.toMatchObject({ facts: { rule: 'steward' } });
    await expect(renew(rosa, [rosa])).rejects.toMatchObject({ facts: { rule: 'steward' } });
    const { members } = omar.view;
    if (members === null) throw new Error('nobody');
    const roles = members.state.members.map((one) => ({ ...one, role: 'steward' as const }));
    const changed = { ...members, state: { ...members.state, members: roles } };
    const forged = await renew({ ...omar, view: { ...omar.view, members: changed } });
    lab.accept(omar, forged);
    await lab.read(rosa);
    expect(rosa.heard).toMatchObject([{ kind: 'UNAUTHORIZED', facts: { rule: 'steward' } }]);
    expect(rosa.view.place?.incarnation).toBe(0);
  });

  it('that somebody begins who may not ends nothing, whatever is in it', async () => {
    const stranger = lab.client();
    const view = { ...rosa.view, self: stranger.device, devices: new Map() };
    const place = placeOf(
      { ...view, place: { incarnation: 0, epoch: 0 } },
      { kind: 'genesis', entryId: lab.id<EntryId>(), own: ownPlace(view) },
    );
    const first = lab.log[0]?.entry;
    if (!(first instanceof Uint8Array)) throw new Error('no genesis');
    const body = decodeClearBody('genesis', decodeEntry(first).body);
    lab.append(finished(signClear(place, body, stranger.device)).bytes);
    await lab.readAll();
    expect(ines.heard).toMatchObject([{ kind: 'UNAUTHORIZED', facts: { rule: 'steward' } }]);
    expect(ines.view.isVoid).toBe(false);
    lab.say(ines, 'it goes on');
    await lab.read(rosa);
  });

  it('is read by an invited person who was not there, and who joins in it', async () => {
    const luis = lab.client(undefined, 'CR');
    await lab.invite(rosa, luis);
    lab.startAt(luis);
    luis.isAsleep = true;
    lab.say(rosa, 'before');
    await lab.readAll();
    await poison();
    lab.accept(rosa, await renew(rosa, [omar]));
    await lab.readAll();
    lab.say(rosa, 'after');
    await lab.readAll();
    luis.isAsleep = false;
    await lab.join(luis);
    const texts = [...luis.shown.values()].flatMap((effect) =>
      effect.kind === 'content' && effect.content.type === 'text' ? [effect.content.text] : [],
    );
    expect(texts).toEqual(['before', 'after']);
    expect(rosa.view.members?.state.members).toHaveLength(3);
  });

  it('confirms who wrote before it, and tells of whoever it cannot', async () => {
    const luis = lab.client(undefined, 'CR');
    const stranger = lab.client();
    await lab.invite(rosa, luis);
    lab.startAt(luis);
    luis.isAsleep = true;
    lab.say(rosa, 'before');
    await lab.readAll();
    const forgedSeq = lab.log.length + 1;
    const view = { ...rosa.view, self: stranger.device, devices: new Map() };
    lab.say({ ...stranger, view }, 'forged');
    await lab.readAll();
    await poison();
    const voidSeq = lab.log.length;
    lab.accept(rosa, await renew(rosa, [omar]));
    await lab.readAll();
    luis.isAsleep = false;
    await lab.read(luis);
    expect(luis.shown.get(forgedSeq)).toMatchObject({ kind: 'content' });
    await lab.anchor(luis);
    expect(luis.heard.filter(({ kind }) => kind === 'UNAUTHORIZED')).toEqual(
      [forgedSeq, voidSeq].map((seq) => ({
        kind: 'UNAUTHORIZED',
        facts: { seq, rule: 'unconfirmed' },
      })),
    );
  });

  it('takes nobody over who was not there', async () => {
    const { members } = rosa.view;
    if (members === null) throw new Error('nobody');
    const stranger = lab.client();
    const { personId } = stranger.device;
    const added = [...members.state.members, { personId, role: 'member' as const, sinceEpoch: 0 }];
    const state = {
      ...members.state,
      members: added.toSorted((a, b) => (a.personId < b.personId ? -1 : 1)),
    };
    const view = { ...rosa.view, members: { ...members, state } };
    lab.accept(rosa, await renew({ ...rosa, view }));
    await lab.read(ines);
    expect(ines.heard).toMatchObject([{ kind: 'BAD_COMMIT' }]);
    expect(ines.view.place?.incarnation).toBe(0);
  });
});
