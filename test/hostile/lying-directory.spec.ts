import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  directoryOf,
  DirectoryReplica,
  revokePerson,
  verifyOwnChain,
  type Session,
} from '@enlace/client';
import type { LoggedStatement } from '@enlace/contracts';
import {
  formatInstant,
  parseId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  utf8,
} from '@enlace/kernel';
import { MemoryStore, nodeTlogCrypto } from '@enlace/testing';
import {
  digestWire,
  encodeDirectoryLeaf,
  formatCheckpoint,
  hashLeaf,
  RootBuilder,
  signNote,
} from '@enlace/tlog';
import { parseStatement, publicKeyOf, STATEMENT_KINDS, verifyPerson } from '@enlace/trust';

import { certifiedBy } from '../support/people/certified-by.js';
import {
  atWork,
  ClientPerson,
  foundState,
  FromElsewhere,
} from '../support/people/client-people.js';
import { aWitnessedState, type WitnessedState } from '../support/people/witnessed-state.js';

const STORY_MS = 120_000;
const TRIES_LIMIT = 20;
const PAUSE_MS = 500;
const refused = (alert: string) =>
  expect.objectContaining({
    code: 'directory.refused',
    facts: expect.objectContaining({ alert }),
  });

describe('a server that lies about the directory, with the key of its log (T1, T2, T10, T19)', () => {
  let here: WitnessedState;
  let rosa: ClientPerson;
  let session: Session;
  /** What the honest log holds. */
  let log: readonly LoggedStatement[];

  const open = async (store = new MemoryStore()) =>
    DirectoryReplica.open(store, { trustStoreText: here.trustStore, viewpoint: 'CR' });
  const indexOf = (type: string, subject: string) =>
    log.findIndex(({ wire }) => {
      const { body } = parseStatement(wire);
      return body.type === type && Object.values(body).includes(subject);
    });

  /** Serves these statements under a checkpoint that the log's own key signed, and no witness. */
  function serve(entries: readonly LoggedStatement[]): void {
    const tree = new RootBuilder(nodeTlogCrypto);
    for (const { wire, acceptedAt } of entries) {
      const wireDigest = digestWire({ sha256 }, utf8(wire));
      const kind = STATEMENT_KINDS[parseStatement(wire).type];
      const leaf = encodeDirectoryLeaf({ kind, acceptedAtMs: Date.parse(acceptedAt), wireDigest });
      tree.push(hashLeaf(nodeTlogCrypto, leaf));
    }
    const origin = here.logSigner.key.name;
    const text = formatCheckpoint({ origin, size: entries.length, root: tree.root() });
    const note = Buffer.from(signNote(text, here.logSigner)).toString();
    here.liar.lie = ({ url, text: told }) => {
      if (url === '/directory/log/checkpoint') return note;
      return url.startsWith('/directory/statements') ? pageOf(entries, url) : told;
    };
  }

  /** Serves other statements beside the true, witnessed checkpoint. */
  function alter(change: (page: LoggedStatement[]) => readonly unknown[]): void {
    here.liar.lie = ({ url, text }) =>
      url.startsWith('/directory/statements') ? JSON.stringify(change(JSON.parse(text))) : text;
  }

  const honestly = () => {
    here.liar.lie = ({ text }) => text;
  };

  const own = () => ({
    keys: rosa.keys,
    personId: rosa.personId,
    certifiedAtMs: systemClock.nowMs(),
  });

  let registrars: readonly [ClientPerson, ClientPerson];

  beforeAll(async () => {
    here = await aWitnessedState();
    registrars = await foundState(here.state, new FromElsewhere(here.url), here.statements);
    rosa = await certifiedBy(registrars, here, ['prosecutor']);
    session = await rosa.signIn();
    for (let tries = 0; tries < TRIES_LIMIT; tries += 1) {
      await pause(PAUSE_MS);
      const replica = await open();
      await replica.sync(directoryOf(session));
      log = replica.entries.map(({ index, acceptedAtMs, wire }) => ({
        index,
        acceptedAt: formatInstant(acceptedAtMs),
        wire,
      }));
      if (verifyOwnChain(replica.directory, own(), systemClock.nowMs()).kind === 'sound') break;
    }
  }, STORY_MS);

  afterAll(async () => here.close());

  it('is believed while it is honest: the own chain is sound under a witnessed checkpoint', async () => {
    honestly();
    const replica = await open();
    expect(await replica.sync(directoryOf(session))).toEqual([]);
    expect(verifyOwnChain(replica.directory, own(), systemClock.nowMs()).kind).toBe('sound');
  });

  it('cannot swap the key of a person: the true checkpoint contradicts it', async () => {
    const at = indexOf('person-cert', rosa.personId);
    alter((page) => page.map((each) => (each.index === at ? swapped(each) : each)));
    const replica = await open();
    await expect(replica.sync(directoryOf(session))).rejects.toThrow(refused('FORK'));
    expect(replica.entries).toEqual([]);
  });

  it('cannot swap it under a checkpoint of its own either: nobody signed it, and no witness saw it', async () => {
    const at = indexOf('person-cert', rosa.personId);
    serve(log.map((each) => (each.index === at ? swapped(each) : each)));
    const fresh = await open();
    const alerts = await fresh.sync(directoryOf(session));
    expect(alerts.map(({ kind }) => kind)).toContain('UNCERTIFIED');
    const nowMs = systemClock.nowMs();
    expect(() => verifyPerson(fresh.directory, rosa.personId, { nowMs })).toThrow('chain');
    const known = await open();
    honestly();
    await known.sync(directoryOf(session));
    serve(log.map((each) => (each.index === at ? swapped(each) : each)));
    await expect(known.sync(directoryOf(session))).rejects.toThrow(refused('FORK'));
    expect(verifyPerson(known.directory, rosa.personId, { nowMs }).state).toBe('CR');
  });

  it('cannot have a person certified by another State', async () => {
    const [one, two] = here.state.registrars.map(({ seed }) => seed);
    const foreign = personCert({ state: 'PA' }, [one, two]);
    serve([...log, entry(log.length, foreign)]);
    const replica = await open();
    const alerts = await replica.sync(directoryOf(session));
    expect(alerts).toEqual([{ kind: 'UNCERTIFIED', facts: { index: log.length } }]);
    expect(replica.directory.statements.get(parseStatement(foreign).id)).toBeUndefined();
  });

  it('cannot use a registrar who was revoked, nor one registrar alone', async () => {
    const [one, two] = here.state.registrars.map(({ seed }) => seed);
    const registrarId = here.state.registrars[0]?.id ?? '';
    const target = parseStatement(log[indexOf('registrar-cert', registrarId)]?.wire ?? '').id;
    const revocation = here.state.sign(
      { type: 'revocation', target, targetKind: 'registrar', reason: 'left', sinceIndex: null },
      here.state.root,
    );
    const after = [revocation, personCert({}, [one, two]), personCert({}, [two])];
    serve([...log, ...after.map((wire, at) => entry(log.length + at, wire))]);
    const replica = await open();
    const alerts = await replica.sync(directoryOf(session));
    expect(alerts).toEqual(
      [1, 2].map((at) => ({ kind: 'UNCERTIFIED', facts: { index: log.length + at } })),
    );
  });

  it('cannot keep a statement back, at the end or in the middle', async () => {
    alter((page) => page.slice(0, -1));
    await expect((await open()).sync(directoryOf(session))).rejects.toThrow(refused('WITHHELD'));
    alter((page) => page.filter(({ index }) => index !== 2));
    await expect((await open()).sync(directoryOf(session))).rejects.toThrow(refused('WITHHELD'));
    alter((page) =>
      page.filter(({ index }) => index !== 2).map((each, index) => ({ ...each, index })),
    );
    await expect((await open()).sync(directoryOf(session))).rejects.toThrow(refused('WITHHELD'));
  });

  it('cannot roll the directory back, nor say that it has no log', async () => {
    const replica = await open();
    honestly();
    await replica.sync(directoryOf(session));
    const held = replica.entries.length;
    serve(log.slice(0, -1));
    await expect(replica.sync(directoryOf(session))).rejects.toThrow(refused('ROLLBACK'));
    expect(replica.entries).toHaveLength(held);
  });

  it('cannot make a certificate count that no witness has seen', async () => {
    const [one, two] = here.state.registrars.map(({ seed }) => seed);
    const personId = parseId<never>('7b0f5c1e-54d6-4d4c-9d0c-1d1f0a3f5a11');
    serve([...log, entry(log.length, personCert({ personId }, [one, two]))]);
    const replica = await open();
    expect(await replica.sync(directoryOf(session))).toEqual([]);
    const nowMs = systemClock.nowMs();
    expect(() => verifyPerson(replica.directory, personId, { nowMs })).toThrow(
      expect.objectContaining({ facts: { rule: 'not-witnessed' } }),
    );
  });

  it('cannot keep the own certificate from its owner for long', async () => {
    const at = indexOf('device-cert', rosa.personId);
    serve(log.slice(0, at));
    const replica = await open();
    await replica.sync(directoryOf(session));
    const nowMs = systemClock.nowMs();
    expect(verifyOwnChain(replica.directory, own(), nowMs)).toEqual({
      kind: 'waiting',
      rule: 'device-unknown',
    });
    expect(() => verifyOwnChain(replica.directory, own(), nowMs + 3_600_000)).toThrow(
      refused('WITHHELD'),
    );
  });

  it('cannot give the own ids to other keys unseen', async () => {
    honestly();
    const replica = await open();
    await replica.sync(directoryOf(session));
    const keys = { ...rosa.keys, signSeed: systemRandom.bytes(32) };
    expect(() =>
      verifyOwnChain(replica.directory, { ...own(), keys }, systemClock.nowMs()),
    ).toThrow(refused('UNCERTIFIED'));
  });

  it('cannot make somebody who was revoked stand again for whoever has heard of it', async () => {
    honestly();
    const one = await atWork(registrars[0], here.state);
    await revokePerson(one, rosa.personId, 'left');
    const replica = await open();
    do await replica.sync(directoryOf(one.session));
    while (replica.entries.length <= log.length);
    serve(log);
    await expect(replica.sync(directoryOf(one.session))).rejects.toThrow(refused('ROLLBACK'));
    const nowMs = systemClock.nowMs();
    expect(() => verifyPerson(replica.directory, rosa.personId, { nowMs })).toThrow(
      expect.objectContaining({ facts: { rule: 'person-revoked' } }),
    );
  });

  function personCert(
    change: Readonly<Record<string, string>>,
    seeds: readonly (Uint8Array | undefined)[],
  ): string {
    const body = {
      type: 'person-cert',
      personId: '3f1f5b9e-0f4e-4c57-8a5e-6d1d7c9e2b10',
      officeId: here.state.officeId,
      roles: ['prosecutor'],
      auditScope: null,
      identityKey: toBase64Url(publicKeyOf(systemRandom.bytes(32))),
      card: 'A'.repeat(43),
      ...here.state.term(300),
      previous: null,
      ...change,
    };
    return here.state.sign(body, ...seeds.flatMap((seed) => (seed === undefined ? [] : [seed])));
  }
});

function pageOf(entries: readonly LoggedStatement[], url: string): string {
  const query = new URLSearchParams(url.split('?')[1]);
  const from = Number(query.get('from'));
  return JSON.stringify(entries.slice(from, from + Number(query.get('limit'))));
}

function entry(index: number, wire: string): LoggedStatement {
  return { index, acceptedAt: formatInstant(systemClock.nowMs()), wire };
}

/** The same certificate for another key, with the signatures that the true one has. */
function swapped({ wire, ...rest }: LoggedStatement): LoggedStatement {
  const { body, sigs }: { body: string; sigs: unknown } = JSON.parse(wire);
  const said = Buffer.from(body, 'base64url').toString();
  const key = toBase64Url(publicKeyOf(systemRandom.bytes(32)));
  const other = said.replace(/"identityKey":"[^"]+"/, `"identityKey":"${key}"`);
  const changed = { body: Buffer.from(other).toString('base64url'), sigs };
  return { ...rest, wire: JSON.stringify(changed) };
}
