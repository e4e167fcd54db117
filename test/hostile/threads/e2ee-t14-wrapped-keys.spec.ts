import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  cryptoReady,
  openVaultItem,
  openWithPassphrase,
  openWrap,
  PASSPHRASE_COST_MINIMUM,
  sealVaultItem,
  sealWithPassphrase,
  wrapRootKey,
  type VaultItemName,
  type WrapSecret,
} from '@enlace/e2ee';
import {
  isDomainError,
  parseId,
  systemClock,
  systemRandom,
  utf8,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';
import { testId } from '@enlace/testing';

const ROSA = parseId<PersonId>(testId('cr-rosa', 4));
const PERSONS = [ROSA, parseId<PersonId>(testId('pa-omar', 4))];
const THREADS = [
  parseId<ThreadId>(testId('one', 7)),
  parseId<ThreadId>(testId('other', 7)),
] as const;
const BYTES = systemRandom.bytes(32);

beforeAll(cryptoReady);

/** What an attempt ends with: what was opened, or the refusal as a caller sees it. */
function outcomeOf(act: () => Uint8Array): string {
  try {
    return `opened ${Buffer.from(act()).toString('hex')}`;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return `${error.code}: ${error.message} ${JSON.stringify(error.facts)}`;
  }
}

const isOpened = (outcome: string): boolean => outcome.startsWith('opened');

describe('T14: a wrapped key', () => {
  it('opens for its person, by its secret, and by the secret of no other kind: every pair is tried', () => {
    const secrets: readonly WrapSecret[] = [
      { kind: 'passkey', prf: BYTES },
      { kind: 'passkey', prf: systemRandom.bytes(32) },
      // The same bytes as the first, of another kind.
      { kind: 'recovery', code: BYTES },
      { kind: 'recovery', code: systemRandom.bytes(20) },
      { kind: 'passphrase', passphrase: 'seis palabras que nadie adivina' },
    ];
    const making = { clock: systemClock, random: systemRandom };
    const wraps = PERSONS.flatMap((personId) =>
      secrets.map((secret) => {
        const rootKey = systemRandom.bytes(32);
        return { personId, secret, wrap: wrapRootKey(rootKey, secret, { ...making, personId }) };
      }),
    );
    const wrong: unknown[] = [];
    const refusals = new Set<string>();
    for (const { personId, secret, wrap } of wraps) {
      for (const [by, asked] of PERSONS.flatMap((one) =>
        secrets.map((other) => [one, other] as const),
      )) {
        const outcome = outcomeOf(() => openWrap(wrap, asked, by));
        const isOwn = by === personId && asked === secret;
        if (isOpened(outcome) !== isOwn) wrong.push([secret.kind, asked.kind, outcome]);
        if (!isOwn && by === personId && asked.kind === secret.kind) refusals.add(outcome);
      }
    }
    expect(wrong).toEqual([]);
    expect([...refusals]).toHaveLength(1);
  });

  it('does not say whether the secret was wrong or which of its bytes was', () => {
    const secret = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
    const personId = ROSA;
    const making = { clock: systemClock, random: systemRandom, personId };
    const wrap = wrapRootKey(systemRandom.bytes(32), secret, making);
    const other = { kind: 'recovery', code: systemRandom.bytes(20) } as const;
    const outcomes = new Set([outcomeOf(() => openWrap(wrap, other, personId))]);
    // The id of the wrap, its time, salt, nonce and box; what is fixed is told from a wrap at all.
    for (const at of [8, 23, 40, 47, 56, 87, 88, 111, 112, 143, 144, 159]) {
      const changed = Uint8Array.from(wrap);
      changed[at] = (changed[at] ?? 0) ^ 1;
      outcomes.add(outcomeOf(() => openWrap(changed, secret, personId)));
    }
    expect([...outcomes]).toHaveLength(1);
  });
});

const keysOf = (threadId: ThreadId, epoch: number, shredHalf: Uint8Array) =>
  ({ type: 'epoch-keys', threadId, epoch, shredHalf }) as const;

describe('T14: an item of a vault', () => {
  it('opens under its own name, version, person and root key: every pair is tried', () => {
    const [shredHalf, otherHalf] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const names: readonly VaultItemName[] = [
      { type: 'person-key' },
      { type: 'settings', name: 'page' },
      { type: 'settings', name: 'other' },
      ...THREADS.flatMap((threadId) =>
        [shredHalf, otherHalf].map((half) => keysOf(threadId, 0, half)),
      ),
      keysOf(THREADS[0], 64, shredHalf),
    ];
    const rootKeys = [systemRandom.bytes(32), systemRandom.bytes(32)];
    const places = PERSONS.flatMap((personId) =>
      rootKeys.flatMap((rootKey) => [1, 2].map((version) => ({ personId, rootKey, version }))),
    );
    const made = names.flatMap((name) =>
      places.map((place) => ({
        name,
        place,
        item: sealVaultItem(BYTES, name, { ...place, random: systemRandom }),
      })),
    );
    const wrong: unknown[] = [];
    for (const one of made) {
      for (const other of made) {
        const outcome = outcomeOf(() => openVaultItem(one.item, other.name, other.place));
        if (isOpened(outcome) !== (one === other)) wrong.push([one, other, outcome]);
      }
    }
    expect(made.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});

describe('T14: what a passphrase seals', () => {
  it('opens for its purpose alone, and says one thing of every failure', () => {
    const purposes = [
      utf8('enlace/store-key/v1\0'),
      utf8('enlace/key-file/v1\0'),
      new Uint8Array(),
    ];
    const cost = PASSPHRASE_COST_MINIMUM;
    const sealed = purposes.map((context) =>
      sealWithPassphrase(BYTES, 'una frase larga', { context, cost, random: systemRandom }),
    );
    const outcomes = sealed.map((box) =>
      purposes.map((context) =>
        outcomeOf(() => openWithPassphrase(box, 'una frase larga', context)),
      ),
    );
    expect(outcomes.map((row) => row.map(isOpened))).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
    ]);
    const [box = new Uint8Array(), context = new Uint8Array()] = [sealed[0], purposes[0]];
    const refusals = new Set(outcomes.flat().filter((outcome) => !isOpened(outcome)));
    refusals.add(outcomeOf(() => openWithPassphrase(box, 'otra frase larga', context)));
    const changed = Uint8Array.from(box);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    refusals.add(outcomeOf(() => openWithPassphrase(changed, 'una frase larga', context)));
    expect([...refusals]).toHaveLength(1);
  });
});
