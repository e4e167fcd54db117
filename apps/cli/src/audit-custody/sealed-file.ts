import type { ShownEntry, ThreadPorts, Threads } from '@enlace/client';
import type { AttachmentReference } from '@enlace/e2ee';
import {
  isJsonObject,
  newId,
  parseBase64Url,
  toBase64Url,
  type AttachmentId,
  type JsonObject,
  type JsonValue,
  type ThreadId,
} from '@enlace/kernel';
import {
  readCustodySeal,
  sealCommitment,
  signCustodySeal,
  type CustodyStatement,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { noteCrypto } from '../log/note-crypto.js';

const SALT_BYTES = 32;

/** A seal as it stands in the thread. */
export interface SealedFile {
  readonly seal: string;
  readonly salt: Uint8Array;
  readonly statement: CustodyStatement;
  readonly commitment: string;
}

/** What a person says of the file; asked for only when there is no seal yet. */
export interface SealWords {
  readonly acquisition: () => string;
  readonly sourceDevice: () => string;
  readonly legalBasis: () => string;
}

/**
 * The seal of a file that this person sent; made and sent into the thread when there is none. A seal that was sent and
 * not yet recorded is found here by the next run. Throws `custody.not-sender`, `file.not-named`, and as `Threads.send`.
 */
export async function sealedFile(
  { threads, ports }: { readonly threads: Threads; readonly ports: ThreadPorts },
  { threadId, attachmentId }: { readonly threadId: ThreadId; readonly attachmentId: AttachmentId },
  words: SealWords,
): Promise<SealedFile> {
  const { entries } = await threads.read(threadId);
  const { personId } = ports.device.self;
  const own = entries.filter(({ sender }) => sender?.person === personId);
  const kept = own.map(sealOf(attachmentId)).find((one) => one !== null) ?? null;
  if (kept !== null) return kept;
  const named = own.flatMap((entry) => namedIn(entry, attachmentId))[0];
  if (named === undefined) {
    const isAnothers = entries.some((entry) => namedIn(entry, attachmentId).length > 0);
    throw isAnothers
      ? new CliError('custody.not-sender')
      : new CliError('file.not-named', { files: 0 });
  }
  const { seq, reference, handling } = named;
  const { name, size, sha256, sha512 } = reference;
  const statement = {
    custodyId: newId<never>(ports.clock, ports.random),
    name,
    size,
    sha256,
    sha512,
    acquisition: words.acquisition(),
    sourceDevice: words.sourceDevice(),
    legalBasis: words.legalBasis(),
  };
  const seal = signCustodySeal(statement, ports.device.signSeed);
  const salt = ports.random.bytes(SALT_BYTES);
  const content = { type: 'custody.seal', target: seq, attachmentId, seal } as const;
  await threads.send(threadId, { ...content, salt: toBase64Url(salt), handling });
  return readSealed(seal, salt);
}

const sealOf =
  (attachmentId: string) =>
  ({ content }: ShownEntry): SealedFile | null => {
    const said = objectOf(content);
    const { seal, salt } = said;
    const isSeal = said['type'] === 'custody.seal' && said['attachmentId'] === attachmentId;
    if (!isSeal || typeof seal !== 'string' || typeof salt !== 'string') return null;
    return readSealed(seal, parseBase64Url(salt));
  };

function readSealed(seal: string, salt: Uint8Array): SealedFile {
  const read = readCustodySeal(seal);
  const commitment = sealCommitment(noteCrypto, salt, read);
  return { seal, salt, statement: read.statement, commitment };
}

function namedIn({ seq, content }: ShownEntry, attachmentId: string) {
  const { attachments, handling } = objectOf(content);
  // As the schema of the content has checked them when the entry was opened.
  const all: readonly AttachmentReference[] = Array.isArray(attachments) ? attachments : [];
  const binding: Handled = JSON.parse(JSON.stringify(handling ?? null));
  return all
    .filter((one) => one.attachmentId === attachmentId)
    .map((reference) => ({ seq, reference, handling: binding }));
}

/** Whoever may read of the file may read of its seal. */
type Handled = Extract<
  Parameters<Threads['send']>[1],
  { readonly type: 'custody.seal' }
>['handling'];

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
