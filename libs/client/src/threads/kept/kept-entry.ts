import { findEntryKind, ENTRY_KINDS, type EntryKind } from '@enlace/contracts';
import type { Received, ThreadAlert, ThreadEffect } from '@enlace/e2ee';
import {
  canonicalJson,
  toBase64Url,
  utf8,
  type DeviceId,
  type EntryId,
  type JsonObject,
  type JsonValue,
  type PersonId,
} from '@enlace/kernel';

import { kept } from './kept-fields.js';

type Taken = Extract<Received, { readonly kind: 'taken' }>;

/** An entry that was verified, as the store keeps it: what it is shown by, and what later entries are judged by. */
export interface KeptEntry {
  readonly seq: number;
  readonly acceptedAtMs: number;
  /** The chain after it. */
  readonly chain: Uint8Array;
  /** `null` for a kind that a later build knows. */
  readonly kind: EntryKind | null;
  readonly entryId: EntryId | null;
  /** `null` where nobody could be told. */
  readonly author: { readonly deviceId: DeviceId; readonly personId: PersonId } | null;
  /** What it does, as JSON; `effect` names which. */
  readonly effect: JsonObject;
  readonly alerts: readonly ThreadAlert[];
  /** As it came: what is to be opened once a key is here. `null` where the body was erased. */
  readonly bytes: Uint8Array | null;
}

/** What is kept of an entry that was taken. */
export function keptEntryOf(
  { view, item, effect, alerts }: Taken,
  bytes: Uint8Array | null,
): KeptEntry {
  const { seq, acceptedAtMs, kind, entryId, author } = item;
  const { chain } = view.head;
  return {
    seq,
    acceptedAtMs,
    chain,
    kind,
    entryId,
    author,
    effect: effectAsJson(effect),
    alerts,
    bytes,
  };
}

/** The same entry, opened after it was taken: its key came later. */
export function reopenedEntry(
  entry: KeptEntry,
  { effect, alerts }: Pick<Taken, 'effect' | 'alerts'>,
): KeptEntry {
  return { ...entry, effect: effectAsJson(effect), alerts: [...entry.alerts, ...alerts] };
}

export function encodeKeptEntry(entry: KeptEntry): Uint8Array {
  const { seq, acceptedAtMs, chain, kind, entryId, author, effect, alerts, bytes } = entry;
  return utf8(
    canonicalJson({
      v: 1,
      seq,
      acceptedAtMs,
      chain: toBase64Url(chain),
      kind: kind === null ? null : ENTRY_KINDS[kind],
      entryId,
      author: author === null ? null : { ...author },
      effect,
      alerts: alerts.map((alert) => ({ kind: alert.kind, facts: { ...alert.facts } })),
      bytes: bytes === null ? null : toBase64Url(bytes),
    }),
  );
}

/** Throws `store.damaged`. */
export function decodeKeptEntry(bytes: Uint8Array): KeptEntry {
  return kept.value(bytes, (entry) => ({
    seq: kept.count(entry['seq']),
    acceptedAtMs: kept.count(entry['acceptedAtMs']),
    chain: kept.bytes(entry['chain']),
    kind: kept.orNull(entry['kind'], (kind) => findEntryKind(kept.count(kind))),
    entryId: kept.orNull(entry['entryId'], (id) => kept.id<EntryId>(id)),
    author: kept.orNull(entry['author'], (author) => {
      const { deviceId, personId } = kept.object(author);
      return { deviceId: kept.id<DeviceId>(deviceId), personId: kept.id<PersonId>(personId) };
    }),
    effect: kept.object(entry['effect']),
    alerts: kept.list(entry['alerts'], readAlert),
    bytes: kept.orNull(entry['bytes'], kept.bytes),
  }));
}

export function readAlert(value: JsonValue): ThreadAlert {
  const { kind, facts } = kept.object(value);
  const told = Object.entries(kept.object(facts)).flatMap(([name, fact]) =>
    typeof fact === 'string' || typeof fact === 'number' ? [[name, fact] as const] : [],
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was one when it was kept; the store is sealed
  return { kind: kept.text(kind) as ThreadAlert['kind'], facts: Object.fromEntries(told) };
}

// The bytes of records stay in the entry: they are opened from it by whoever works with the record.
function effectAsJson(effect: ThreadEffect): JsonObject {
  switch (effect.kind) {
    case 'content': {
      const { content, handling } = effect;
      return { effect: 'content', content: asJson(content), handling };
    }
    case 'record-update':
    case 'record-snapshot': {
      const { recordId, schemaVersion } = effect.record;
      return { effect: effect.kind, recordId, schemaVersion, handling: effect.handling };
    }
    case 'placeholder':
      return { effect: 'placeholder', reason: effect.reason };
    case 'opened':
      return { effect: 'opened' };
    case 'committed': {
      const { changes, epoch, isRemoved } = effect;
      return { effect: 'committed', changes: asJson(changes), epoch, isRemoved };
    }
    case 'left':
      return { effect: 'left', personId: effect.personId };
    case 'access-requested':
    case 'granted':
    case 'redacted':
    case 'lifecycle':
      return { effect: effect.kind, statement: asJson(effect.statement) };
  }
}

/** What was validated as JSON, with the brands of its ids off. */
function asJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value));
}
