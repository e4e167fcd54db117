import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  bodyHashOf,
  decodeEntry,
  encodeEntry,
  entryHash,
  ENTRY_LABEL,
  layOutHeader,
} from '@enlace/contracts';
import {
  concatBytes,
  newId,
  sha256,
  systemClock,
  systemRandom,
  toBase64Url,
  toHex,
  utf8,
  type AttachmentId,
  type EntryId,
  type ThreadId,
} from '@enlace/kernel';
import { forTestsOnlySeed } from '@enlace/testing';
import {
  isSignedBy,
  parseSignedObject,
  publicKeyOf,
  SIGNING_LABELS,
  signObject,
  sodium,
  STATEMENT_KINDS,
  type SigningLabel,
} from '@enlace/trust';

import { anonymousBody, TestDevice, type Sending } from '../../support/sessions/test-device.js';
import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn, saying } from '../../support/threads/client-stage.js';
import { fileOf } from '../../support/threads/memory-files.js';

const STORY_MS = 120_000;
const handling = { code: 'EN1' } as const;
const LABELS: readonly SigningLabel[] = [
  ...Object.values(SIGNING_LABELS),
  ...Object.keys(STATEMENT_KINDS).map((kind) => `enlace/trust/v1/${kind}` as const),
];

/** What was signed with keys of Ed25519 while a story went on. */
interface Signed {
  readonly kind: string;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly publicKey: Uint8Array;
}

describe('T3: what is of one kind is never taken for another', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  let attachmentId: string;
  let invitationId: string;
  let caseId: string;
  const signed: Signed[] = [];

  beforeAll(async () => {
    stage = await ClientStage.begin();
    const original = sodium.crypto_sign_detached;
    const record = (message: string | Uint8Array, key: Uint8Array): Uint8Array => {
      const bytes = typeof message === 'string' ? utf8(message) : Uint8Array.from(message);
      const signature = original(bytes, key);
      const publicKey = key.slice(32);
      signed.push({ kind: kindOf(bytes), message: bytes, signature, publicKey });
      return signature;
    };
    Object.assign(sodium, { crypto_sign_detached: record });
    try {
      rosa = await stage.member('cr-rosa');
      omar = await stage.member('pa-omar');
      threadId = await stage.opened(rosa);
      await letIn(threadId, { by: rosa, who: omar });
      const file = fileOf('a.pdf', systemRandom.bytes(100));
      const sent = await rosa.files.attach(threadId, { files: [file], text: 'va', handling });
      attachmentId = sent.files[0]?.attachmentId ?? '';
      const esteban = await stage.member('cr-esteban');
      const who = { personId: esteban.own.personId, role: 'member', days: 7 } as const;
      ({ invitationId } = await rosa.threads.invite(threadId, who));
      await omar.threads.send(threadId, saying('aquí estoy'));
      await rosa.threads.read(threadId);
      caseId = (await rosa.threads.list())[0]?.caseId ?? '';
    } finally {
      Object.assign(sodium, { crypto_sign_detached: original });
    }
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  const rosaByHand = async (): Promise<TestDevice> => {
    const device = new TestDevice({ url: stage.url }, stage.api.region, { slug: 'cr-rosa' });
    await device.signIn();
    return device;
  };

  it('every signature of a device begins with the label of its kind, and verifies as no other', () => {
    const kinds = new Map(signed.map((one) => [one.kind, one]));
    expect([...kinds.keys()].filter((kind) => kind.startsWith('unknown'))).toEqual([]);
    expect([...kinds.keys()]).toEqual(
      expect.arrayContaining(['MLS', 'enlace/beacon/v1', ENTRY_LABEL, 'enlace/session/v1']),
    );
    const taken: string[] = [];
    for (const one of signed) {
      for (const [kind, other] of kinds) {
        if (kind === one.kind) continue;
        const relabelled = concatBytes(labelOf(other.message), bodyOf(one.message));
        for (const message of [other.message, relabelled]) {
          if (sodium.crypto_sign_verify_detached(one.signature, message, one.publicKey))
            taken.push(`${one.kind} as ${kind}`);
        }
      }
    }
    expect(taken).toEqual([]);
  });

  it('no label is the beginning of another one, and each object verifies under its own alone', () => {
    const seed = forTestsOnlySeed('T3');
    const publicKey = publicKeyOf(seed);
    const body = { one: 'body', of: 'all' };
    const pairs = LABELS.flatMap((made) => {
      const object = parseSignedObject(signObject(made, body, [seed]));
      return LABELS.filter((read) => isSignedBy(object, read, publicKey)).map((read) => [
        made,
        read,
      ]);
    });
    expect(pairs).toEqual(LABELS.map((label) => [label, label]));
    const ended = [...LABELS, ENTRY_LABEL, 'enlace/beacon/v1'].map((label) => `${label}\0`);
    const beginnings = ended.filter((one) =>
      ended.some((other) => other !== one && other.startsWith(one)),
    );
    expect(beginnings).toEqual([]);
  });

  it(
    'the server opens no session for a statement that was signed as anything else',
    async () => {
      const device = new TestDevice({ url: stage.url }, stage.api.region, { slug: 'cr-rosa' });
      await device.makeKey();
      const bodies = new Set<string>();
      for (const label of LABELS) {
        if (label === SIGNING_LABELS.session) continue;
        stage.api.clock.ms += 10_000;
        const challenge = await device.challenge();
        const statement = device.statement(challenge);
        const answer = await device.open(device.sign(statement, device.deviceName, label));
        expect([label, answer.status]).toEqual([label, 401]);
        bodies.add(anonymousBody(answer));
      }
      expect([...bodies]).toHaveLength(1);
    },
    STORY_MS,
  );

  it(
    'the server takes no entry whose signature was made as anything else, a login included',
    async () => {
      const device = await rosaByHand();
      const sent = decodeEntry(rosa.sent.at(-1) ?? new Uint8Array());
      const entryId = newId<EntryId>(systemClock, systemRandom);
      const last = { ...sent, ...layOutHeader({ ...sent.header, entryId }) };
      const message = concatBytes(last.headerBytes, last.commitment, bodyHashOf(last));
      const seed = rosa.own.seed;
      const { privateKey } = sodium.crypto_sign_seed_keypair(seed);
      const login = signed.find(({ kind }) => kind === 'enlace/session/v1')?.signature;
      const made = [...LABELS, 'enlace/beacon/v1', 'enlace/append-receipt/v1'].map((label) =>
        sodium.crypto_sign_detached(concatBytes(utf8(`${label}\0`), message), privateKey),
      );
      for (const signature of [...made, login ?? new Uint8Array(64)]) {
        stage.api.clock.ms += 1_000;
        const entry = toBase64Url(encodeEntry({ ...last, signature }));
        const path = `/threads/${threadId}/entries`;
        const answer = await device.send({ method: 'POST', path, body: { items: [{ entry }] } });
        expect([answer.status, answer.body.code]).toEqual([422, 'entry.signature']);
      }
      expect((await omar.threads.read(threadId)).verdict).toBe('sound');
    },
    STORY_MS,
  );

  it(
    'an id of one kind names nothing of another: it is answered like one that never was',
    async () => {
      const device = await rosaByHand();
      const last = decodeEntry(rosa.sent.at(-1) ?? new Uint8Array());
      const ids: Readonly<Record<string, string>> = {
        thread: threadId,
        case: caseId,
        attachment: attachmentId,
        invitation: invitationId,
        entry: last.header.entryId,
        device: rosa.own.deviceId,
        person: rosa.own.personId,
        session: device.opened?.sessionId ?? '',
      };
      expect(Object.values(ids).every((id) => /^[0-9a-f-]{36}$/u.test(id))).toBe(true);
      const asked = placesOf(ids).flatMap(([of, sendingTo]) =>
        Object.entries(ids).flatMap(([kind, id]) =>
          kind === of ? [] : [{ of, kind, id, sendingTo }],
        ),
      );
      expect(asked.length).toBeGreaterThan(80);
      const wrong: string[] = [];
      for (const { of, kind, id, sendingTo } of asked) {
        const told = await answered(device, sendingTo, id);
        const never = await answered(device, sendingTo, newId(systemClock, systemRandom));
        const isRefused = /^4(?:03|04|09|22) /u.test(told);
        if (told !== never || !isRefused) wrong.push(`${kind} as ${of}: ${told} | ${never}`);
      }
      expect(wrong).toEqual([]);
    },
    STORY_MS,
  );

  it('a hash of one kind names no blob', async () => {
    const device = await rosaByHand();
    const last = decodeEntry(rosa.sent.at(-1) ?? new Uint8Array());
    const whole = encodeEntry(last);
    for (const hash of [entryHash(last), bodyHashOf(last), sha256(whole), last.header.seenChain]) {
      stage.api.clock.ms += 3_000;
      const path = `/threads/${threadId}/blobs/${toBase64Url(hash)}`;
      const answer = await device.send({ path });
      expect([toHex(hash), answer.status]).toEqual([toHex(hash), 404]);
    }
  });

  async function answered(
    device: TestDevice,
    sendingTo: (id: string) => Sending,
    id: string,
  ): Promise<string> {
    stage.api.clock.ms += 3_000;
    const answer = await device.send(sendingTo(id));
    return `${answer.status} ${anonymousBody(answer).replaceAll(id, '')}`;
  }

  /** Where an id stands in a path or a body, by the kind that belongs there. */
  function placesOf(
    ids: Readonly<Record<string, string>>,
  ): readonly (readonly [string, (id: string) => Sending])[] {
    const range = { firstSeq: 1, lastSeq: 1 };
    const reserved = { attachmentId: newId<AttachmentId>(systemClock, systemRandom), length: 100 };
    const item = { entry: toBase64Url(rosa.sent.at(-1) ?? new Uint8Array()) };
    const get = (path: string): Sending => ({ path });
    const post = (path: string, body: object): Sending => ({ method: 'POST', path, body });
    return [
      ['thread', (id) => get(`/threads/${id}/entries?after=0`)],
      ['thread', (id) => post(`/threads/${id}/consultations`, range)],
      ['thread', (id) => post(`/threads/${id}/attachments`, reserved)],
      ['thread', (id) => post(`/threads/${id}/entries`, { items: [item] })],
      ['thread', (id) => get(`/threads/${id}/blobs/${'A'.repeat(43)}`)],
      ['thread', (id) => post(`/threads/${id}/attachments/${attachmentId}/tickets`, {})],
      ['attachment', (id) => post(`/threads/${ids['thread']}/attachments/${id}/tickets`, {})],
      ['case', (id) => get(`/cases/${id}`)],
      ['case', (id) => post(`/cases/${id}/reopening`, {})],
      ['session', (id) => ({ method: 'DELETE', path: `/sessions/${id}` })],
      ['request', (id) => get(`/requests/${id}`)],
      ['link', (id) => get(`/devices/links/${id}`)],
      ['contact', (id) => post(`/directory/contacts/${id}/rejection`, { reason: 'not ours' })],
    ];
  }
});

/** What a message is, by how it begins: RFC 9420, section 5.1.2, has its label in a vector of its own. */
function kindOf(message: Uint8Array): string {
  const [length = 0] = message;
  const mls = new TextDecoder().decode(message.subarray(1, 1 + length));
  if (mls.startsWith('MLS 1.0 ') && mls.length === length) return 'MLS';
  const end = message.indexOf(0);
  const label = new TextDecoder().decode(message.subarray(0, Math.max(end, 0)));
  if (/^enlace\/[a-z-]+\/v1(?:\/[a-z-]+)?$/u.test(label)) return label;
  const text = new TextDecoder().decode(message);
  // The proof of a request (RFC 7515, section 5.1), by the key of the session.
  return /^eyJ[\w-]+\.[\w-]+$/u.test(text) ? 'JWS' : `unknown: ${text.slice(0, 20)}`;
}

function labelOf(message: Uint8Array): Uint8Array {
  return message.subarray(0, lengthOfLabel(message));
}

function bodyOf(message: Uint8Array): Uint8Array {
  return message.subarray(lengthOfLabel(message));
}

function lengthOfLabel(message: Uint8Array): number {
  return kindOf(message) === 'MLS' ? 1 + (message[0] ?? 0) : message.indexOf(0) + 1;
}
