import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  VAULT_ITEM_OVERHEAD_BYTES,
  VAULT_LIMITS,
  type VaultShown,
  type VaultWrite,
} from '@enlace/contracts';
import { parseBase64Url, parseId, systemRandom, toBase64Url } from '@enlace/kernel';
import { forTestsOnlySeed, testId } from '@enlace/testing';
import { assertVaultContents, publicKeyOf, vaultEntry, verifyVaultHead } from '@enlace/trust';
import pg from 'pg';

import { enrolBrowser } from '../../../support/passkeys/enrol-browser.js';
import { ReturningBrowser } from '../../../support/passkeys/test-recovery.js';
import {
  startSessionServer,
  type SessionServer,
} from '../../../support/sessions/session-server.js';
import { SeatedDevice, seatOf } from '../../../support/sessions/seated-device.js';
import { TestDevice } from '../../../support/sessions/test-device.js';
import { anItem, aWrap, HandMadeVault } from '../../../support/vault/hand-made.js';

const ROSA = testId('cr-rosa', 4);
const OMAR = testId('pa-omar', 4);

let api: SessionServer;
let rosa: TestDevice;
let vault: HandMadeVault;
beforeAll(async () => {
  api = await startSessionServer();
});
afterAll(async () => api.close());

beforeEach(async () => {
  await api.database.asAdmin('DELETE FROM app.vault_items');
  await api.database.asAdmin('DELETE FROM app.vaults');
  api.clock.ms += 60_000;
  rosa = new TestDevice(api, api.region, { slug: 'cr-rosa' });
  await rosa.signIn();
  vault = new HandMadeVault(ROSA);
});

const put = async (body: VaultWrite, device = rosa) =>
  device.send({ method: 'PUT', path: '/vault', body });
const show = async (device = rosa): Promise<VaultShown> =>
  (await device.send({ path: '/vault' })).body;
const refusal = async (body: VaultWrite) => {
  const { status, body: said } = await put(body);
  return [status, said.code, said.facts?.rule ?? null];
};
/** Type and counter of every event about a vault, sorted. */
const recorded = async () => {
  const rows = await api.database.asAdmin(
    `SELECT e.type, convert_from(s.body, 'UTF8') AS body
       FROM audit.events e JOIN audit.sections s USING (event_id)
      WHERE e.type LIKE 'vault.%' AND s.section = 1`,
  );
  const told = rows.map(({ type, body }) => `${String(type)} ${JSON.parse(String(body)).counter}`);
  return told.toSorted();
};
const kept = async (): Promise<number> => {
  const rows = await api.database.asAdmin('SELECT FROM app.vaults');
  return rows.length;
};

describe('a vault', () => {
  it('is kept as it was written, and handed out with the head that was signed over it', async () => {
    expect(await show()).toEqual({ head: null, wraps: [], items: [] });
    const item = anItem(ROSA);
    vault.items = [item];
    const write = vault.write(rosa.deviceName);
    expect(await put(write)).toMatchObject({ status: 200, body: { counter: 1 } });
    const shown = await show();
    expect(shown).toMatchObject({ head: write.head, wraps: write.wraps });
    expect(shown.items).toEqual([
      {
        itemId: toBase64Url(item.subarray(24, 56)),
        version: 1,
        hash: expect.stringMatching(/^[\w-]{43}$/),
        bytes: item.length,
      },
    ]);
    const path = `/vault/items/${shown.items[0]?.itemId}`;
    expect((await rosa.send({ path })).body).toEqual({ item: toBase64Url(item) });
    // A client compares these counters with what it is shown.
    const fetched = ['vault.fetched 0', 'vault.fetched 1', 'vault.fetched 1'];
    expect(await recorded()).toEqual([...fetched, 'vault.updated 1']);
  });

  it('takes the next version of an item, new ones, and the end of others, and keeps its wraps', async () => {
    const [first, second] = [anItem(ROSA), anItem(ROSA)];
    vault.items = [first, second];
    await put(vault.write(rosa.deviceName));
    const next = anItem(ROSA, { itemId: first.slice(24, 56), version: 2 });
    const third = anItem(ROSA);
    vault.counter = 1;
    vault.items = [next, third];
    const answer = await put({
      head: vault.head(rosa.deviceName),
      items: [next, third].map(toBase64Url),
      removed: [toBase64Url(second.subarray(24, 56))],
    });
    expect(answer.body).toEqual({ counter: 2 });
    const { items, wraps } = await show();
    expect(new Set(items.map(({ version }) => version))).toEqual(new Set([1, 2]));
    expect(items).toHaveLength(2);
    expect(wraps.map(parseBase64Url)).toEqual(vault.wraps);
  });

  it('is written by one of two devices that begin at the same counter, and the other learns of it', async () => {
    vault.items = [anItem(ROSA)];
    const mine = vault.write(rosa.deviceName);
    vault.items = [anItem(ROSA)];
    const other = vault.write(rosa.deviceName);
    const answers = await Promise.all([put(mine), put(other)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const conflict = answers.find(({ status }) => status === 409);
    expect(conflict?.body).toMatchObject({ code: 'vault.conflict', facts: { counter: 1 } });
    const { head } = await show();
    expect([mine.head, other.head]).toContain(head);
    const again = await put(mine);
    expect(again.body).toMatchObject({ code: 'vault.conflict', facts: { counter: 1 } });
  });

  it('takes 4 MiB at once and 1 MiB in one item, and no byte more', async () => {
    const longest = VAULT_LIMITS.itemBytes - VAULT_ITEM_OVERHEAD_BYTES;
    vault.items = [1, 2].map(() => anItem(ROSA, { bytes: longest }));
    const text = vault.items.map((item) => Buffer.from(item).toString('base64url'));
    expect((await put(vault.write(rosa.deviceName, { items: text }))).status).toBe(200);
    const tooMuch = { head: '', items: ['A'.repeat(VAULT_LIMITS.writeBytes)] };
    expect((await put(tooMuch)).body.code).toBe('body.too-large');
    const longer = Buffer.from(anItem(ROSA, { bytes: longest + 1 })).toString('base64url');
    const { status } = await put(vault.write(rosa.deviceName, { items: [longer] }));
    expect([400, 413]).toContain(status);
  });
});

describe('a vault that is written while it is looked at', () => {
  /** Holds the items, does something when somebody waits for them, and lets go. */
  async function whileItemsAreHeld<Result>(
    act: () => Promise<Result>,
    meanwhile: (holder: pg.Client) => Promise<unknown>,
  ): Promise<Result> {
    const holder = new pg.Client({ connectionString: api.database.adminUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE app.vault_items IN ACCESS EXCLUSIVE MODE');
      const answer = act();
      const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'app.vault_items'::regclass
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      while ((await api.database.asAdmin(waiting)).length === 0);
      await meanwhile(holder);
      await holder.query('COMMIT');
      return await answer;
    } finally {
      await holder.end();
    }
  }

  it('is shown as it was at one moment: the head is over the lines beside it', async () => {
    const before = anItem(ROSA);
    vault.items = [before];
    await put(vault.write(rosa.deviceName));
    const after = anItem(ROSA, { itemId: before.slice(24, 56), version: 2 });
    vault.counter = 1;
    vault.items = [after];
    const { head } = vault.write(rosa.deviceName);
    const line = vaultEntry(after.subarray(24, 56), 2, after);
    const shown = await whileItemsAreHeld(show, async (holder) => {
      await holder.query('UPDATE app.vaults SET counter = 2, head = $1', [head]);
      const values = [Buffer.from(line.hash), Buffer.from(after)];
      await holder.query('UPDATE app.vault_items SET version = 2, hash = $1, item = $2', values);
    });
    const verified = verifyVaultHead(shown.head ?? '', {
      personId: parseId(ROSA),
      signKeys: [publicKeyOf(forTestsOnlySeed(rosa.deviceName))],
    });
    expect(shown.items.map(({ version }) => version)).toEqual([verified.counter]);
    assertVaultContents(verified, {
      wraps: shown.wraps.map(parseBase64Url),
      entries: shown.items.map(({ itemId, version, hash }) => ({
        itemId: parseBase64Url(itemId),
        version,
        hash: parseBase64Url(hash),
      })),
    });
  });
});

describe('what no client could verify is never kept', () => {
  it.each([
    ['another key', () => ({ head: vault.head('pa-omar') }), 'signer'],
    ['another person', () => ({ head: vault.head(rosa.deviceName, { personId: OMAR }) }), 'person'],
    ['other items', () => ({ items: [toBase64Url(anItem(ROSA))] }), 'items'],
    [
      'other wraps',
      () => ({ wraps: [aWrap('passphrase', ROSA), aWrap('recovery', ROSA)].map(toBase64Url) }),
      'wraps',
    ],
  ] as const)('a head of %s', async (_, change, rule) => {
    expect(await refusal(vault.write(rosa.deviceName, change()))).toEqual([
      422,
      'vault.head-refused',
      rule,
    ]);
    expect(await kept()).toBe(0);
  });

  it('fewer ways to open it than the State asks for, or all of one kind', async () => {
    vault.wraps = [aWrap('recovery', ROSA)];
    expect(await refusal(vault.write(rosa.deviceName))).toContain('wraps-count');
    vault.wraps = [aWrap('passkey', ROSA), aWrap('passkey', ROSA)];
    expect(await refusal(vault.write(rosa.deviceName))).toContain('wraps-alike');
    const { wraps: _, ...without } = vault.write(rosa.deviceName);
    expect(await refusal(without)).toContain('wraps-missing');
  });

  it('wraps and items that have not their form, cost too little, or are of somebody else', async () => {
    for (const cost of [{ memoryKiB: 65_535 }, { memoryKiB: 65_536, passes: 2 }]) {
      vault.wraps = [aWrap('passphrase', ROSA, cost), aWrap('recovery', ROSA)];
      expect(await refusal(vault.write(rosa.deviceName))).toEqual([400, 'vault.malformed', null]);
    }
    vault.wraps = [aWrap('passphrase', OMAR), aWrap('recovery', ROSA)];
    expect(await refusal(vault.write(rosa.deviceName))).toContain('wrap-of-another');
    vault.wraps = [aWrap('passphrase', ROSA), aWrap('recovery', ROSA)];
    vault.items = [anItem(OMAR)];
    expect(await refusal(vault.write(rosa.deviceName))).toContain('item-of-another');
    for (const at of [0, 1, 7]) {
      const item = anItem(ROSA);
      item[at] = 9;
      expect(await refusal(vault.write(rosa.deviceName, { items: [toBase64Url(item)] }))).toContain(
        'vault.malformed',
      );
    }
  });

  it('an item of a version that does not follow, twice, or an end of what is not there', async () => {
    const item = anItem(ROSA, { version: 2 });
    vault.items = [item];
    expect(await refusal(vault.write(rosa.deviceName))).toContain('item-version');
    const once = anItem(ROSA);
    vault.items = [once];
    const twice = vault.write(rosa.deviceName, { items: [once, once].map(toBase64Url) });
    expect(await refusal(twice)).toContain('twice');
    const removed = [toBase64Url(systemRandom.bytes(32))];
    expect(await refusal(vault.write(rosa.deviceName, { removed }))).toContain('removed-unknown');
    expect(await kept()).toBe(0);
  });
});

describe('a session of recovery', () => {
  it('fetches wraps and items, and writes nothing', async () => {
    vault.items = [anItem(ROSA)];
    await put(vault.write(rosa.deviceName));
    const old = await enrolBrowser(api, rosa, 'browser:rosa');
    const [passkey] = old.passkeys;
    if (passkey === undefined) throw new Error('no passkey');
    const fresh = new ReturningBrowser(api, { slug: 'cr-rosa', device: 'browser:back' });
    fresh.keep(await fresh.tryToRecover({ passkey }));
    const shown = await show(fresh);
    expect(shown.wraps).toHaveLength(2);
    expect((await fresh.send({ path: `/vault/items/${shown.items[0]?.itemId}` })).status).toBe(200);
    vault.counter = 1;
    const refused = await put(vault.write(fresh.deviceName), fresh);
    expect([refused.status, refused.body.code]).toEqual([403, 'access.denied']);
  });
});

describe('the vault of somebody else', () => {
  it('is not there: neither listed, nor fetched by the id of an item', async () => {
    vault.items = [anItem(ROSA)];
    await put(vault.write(rosa.deviceName));
    const itemId = (await show()).items[0]?.itemId;
    const omar = await SeatedDevice.at(api, seatOf('pa-omar'));
    expect(await show(omar)).toEqual({ head: null, wraps: [], items: [] });
    const answer = await omar.send({ path: `/vault/items/${itemId}` });
    const random = await omar.send({ path: `/vault/items/${toBase64Url(systemRandom.bytes(32))}` });
    expect([answer.status, answer.body.code]).toEqual([404, 'vault.not-found']);
    expect({ ...answer.body, instance: '' }).toEqual({ ...random.body, instance: '' });
  });
});
