import { encodeThreadState, parseThreadState } from '@enlace/contracts';
import {
  epochName,
  type CredentialCheck,
  type EpochKey,
  type GroupPort,
  type KnownEpoch,
  type ThreadLife,
  type ThreadMembers,
  type ThreadView,
} from '@enlace/e2ee';
import {
  canonicalJson,
  toBase64Url,
  utf8,
  type DeviceId,
  type JsonValue,
  type PersonId,
  type ThreadId,
} from '@enlace/kernel';

import { kept } from './kept-fields.js';

/** What groups are written and read with. */
export interface GroupKeeping {
  readonly port: GroupPort;
  readonly auth: CredentialCheck;
}

/**
 * A view as the store keeps it, without its epochs: those are values of their own, because they only grow. The group
 * holds the secrets of its epoch, so that writing the next one over it is what forgets them; the store seals all of it.
 */
export function encodeView(view: ThreadView, port: GroupPort): Uint8Array {
  const { threadId, self, startSeq, head, place, members, group, isVoid } = view;
  return utf8(
    canonicalJson({
      v: 1,
      threadId,
      self: { ...self },
      startSeq,
      startChain: toBase64Url(view.startChain),
      head: { ...head, chain: toBase64Url(head.chain) },
      place: place === null ? null : { incarnation: place.incarnation, epoch: place.epoch },
      named: [...view.named],
      devices: [...view.devices].map(([id, { seq, hash }]) => [id, seq, toBase64Url(hash)]),
      members: members === null ? null : encodeMembers(members),
      group: group === null ? null : toBase64Url(port.serialise(group)),
      package:
        view.package === null
          ? null
          : {
              packageHash: toBase64Url(view.package.packageHash),
              stateHash: toBase64Url(view.package.stateHash),
              author: view.package.author,
            },
      unconfirmed: view.unconfirmed.map((one) => ({ ...one })),
      gone: [...view.gone].map(([id, epoch]) => [id, epoch]),
      erasures: [...view.erasures].map(([by, targets]) => [by, [...targets]]),
      life: { ...view.life, approvals: [...view.life.approvals] },
      unread: view.unread.map(toBase64Url),
      isVoid,
    }),
  );
}

/** Throws `store.damaged`, `group.*`. */
export function decodeView(
  bytes: Uint8Array,
  epochs: readonly KnownEpoch[],
  { port, auth }: GroupKeeping,
): ThreadView {
  return kept.value(bytes, (view) => {
    const self = kept.object(view['self']);
    const head = kept.object(view['head']);
    return {
      threadId: kept.id<ThreadId>(view['threadId']),
      self: {
        deviceId: kept.id<DeviceId>(self['deviceId']),
        personId: kept.id<PersonId>(self['personId']),
      },
      startSeq: kept.count(view['startSeq']),
      startChain: kept.bytes(view['startChain']),
      head: {
        seq: kept.count(head['seq']),
        chain: kept.bytes(head['chain']),
        acceptedAtMs: kept.count(head['acceptedAtMs']),
      },
      place: kept.orNull(view['place'], readPlace),
      epochs: new Map(epochs.map((epoch) => [epochName(epoch), epoch])),
      named: new Set(kept.list(view['named'], kept.text)),
      devices: new Map(kept.list(view['devices'], readDevice)),
      members: kept.orNull(view['members'], readMembers),
      group: kept.orNull(view['group'], (group) => port.restore(kept.bytes(group), auth)),
      package: kept.orNull(view['package'], readPackage),
      unconfirmed: kept.list(view['unconfirmed'], (one) => {
        const { personId, incarnation, epoch, seq } = kept.object(one);
        return {
          personId: kept.id<PersonId>(personId),
          incarnation: kept.count(incarnation),
          epoch: kept.count(epoch),
          seq: kept.count(seq),
        };
      }),
      gone: new Map(
        kept.list(view['gone'], (pair) => {
          const [id, epoch] = kept.list(pair, (part) => part);
          return [kept.id<PersonId>(id), kept.count(epoch)] as const;
        }),
      ),
      erasures: new Map(
        kept.list(view['erasures'], (pair) => {
          const [by, targets] = kept.list(pair, (part) => part);
          return [kept.count(by), kept.list(targets, kept.count)] as const;
        }),
      ),
      life: readLife(view['life']),
      unread: kept.list(view['unread'], kept.bytes),
      isVoid: kept.flag(view['isVoid']),
    };
  });
}

/** Epochs that the log shows, each with its key if it came here. */
export function encodeEpochs(epochs: readonly KnownEpoch[]): Uint8Array {
  const listed = epochs.map(({ incarnation, epoch, epochKeyId, epochKey }) => ({
    incarnation,
    epoch,
    epochKeyId: toBase64Url(epochKeyId),
    epochKey: epochKey === null ? null : toBase64Url(epochKey),
  }));
  return utf8(canonicalJson({ v: 1, epochs: listed }));
}

export function decodeEpochs(bytes: Uint8Array): readonly KnownEpoch[] {
  return kept.value(bytes, ({ epochs }) =>
    kept.list(epochs, (value) => {
      const { incarnation, epoch, epochKeyId, epochKey } = kept.object(value);
      return {
        incarnation: kept.count(incarnation),
        epoch: kept.count(epoch),
        epochKeyId: kept.bytes(epochKeyId),
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as it was kept; the store is sealed
        epochKey: kept.orNull(epochKey, (key) => kept.bytes(key) as EpochKey),
      };
    }),
  );
}

function encodeMembers({ state, leaves, left, sinceSeq }: ThreadMembers): JsonValue {
  return {
    state: encodeThreadState(state),
    leaves: leaves.map((leaf) => ({ ...leaf })),
    left: [...left],
    sinceSeq,
  };
}

function readMembers(value: JsonValue): ThreadMembers {
  const { state, leaves, left, sinceSeq } = kept.object(value);
  return {
    state: parseThreadState(kept.text(state)),
    leaves: kept.list(leaves, (item) => {
      const { leaf, deviceId, personId, updatedMs } = kept.object(item);
      return {
        leaf: kept.count(leaf),
        deviceId: kept.id<DeviceId>(deviceId),
        personId: kept.id<PersonId>(personId),
        updatedMs: kept.orNull(updatedMs, kept.count),
      };
    }),
    left: kept.list(left, (id) => kept.id<PersonId>(id)),
    sinceSeq: kept.count(sinceSeq),
  };
}

function readLife(value: JsonValue | undefined): ThreadLife {
  const { isHeld, retainUntilMs, approvals } = kept.object(value);
  return {
    isHeld: kept.flag(isHeld),
    retainUntilMs: kept.orNull(retainUntilMs, kept.count),
    approvals: kept.list(approvals, kept.text),
  };
}

function readPlace(value: JsonValue) {
  const { incarnation, epoch } = kept.object(value);
  return { incarnation: kept.count(incarnation), epoch: kept.count(epoch) };
}

function readDevice(value: JsonValue) {
  const [id, seq, hash] = kept.list(value, (part) => part);
  return [kept.id<DeviceId>(id), { seq: kept.count(seq), hash: kept.bytes(hash) }] as const;
}

function readPackage(value: JsonValue) {
  const { packageHash, stateHash, author } = kept.object(value);
  return {
    packageHash: kept.bytes(packageHash),
    stateHash: kept.bytes(stateHash),
    author: kept.id<DeviceId>(author),
  };
}
