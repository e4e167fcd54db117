import { ATTACHMENT_LIMITS, attachmentLength, type Purpose } from '@enlace/contracts';
import { openAttachment, type AttachmentReference } from '@enlace/e2ee';
import { isDomainError } from '@enlace/kernel';

import { recordStated } from '../../audit/stated/record-stated.js';
import type { FilePorts, FileTarget, TellProgress } from './file-ports.js';
import { askForFile, fetchPart, type FilePlace } from './file-wire.js';
import { isTicketOver, transfer } from './transfer.js';

/** What is read of the spool at once. In bytes. */
const READ_BYTES = 1024 * 1024;

/** A file that a verified entry names. */
export interface NamedFile extends FilePlace {
  readonly reference: AttachmentReference;
}

/** The sealed file of a download, as far as it came. */
function spooledDownload({ threadId, attachmentId }: FilePlace): string {
  return `down-${threadId}-${attachmentId}`;
}

/**
 * Fetches a sealed file into the spool, from where an earlier try ended. Nothing of it is believed, and nothing is
 * opened before all of it is there. Throws the refusal of the server, `client.*`.
 */
export async function fetchFile(
  file: NamedFile,
  {
    ports,
    purpose,
    tell,
  }: { readonly ports: FilePorts; readonly purpose: Purpose; readonly tell: TellProgress },
): Promise<void> {
  const { spool, session } = ports;
  const total = attachmentLength(file.reference.size);
  const name = spooledDownload(file);
  const from = await spool.length(name);
  // More than the whole is nothing that can be gone on with.
  if (from > total) await spool.remove(name);
  let ticket: string | null = null;
  await transfer(
    {
      from: from > total ? 0 : from,
      length: total,
      partBytes: ATTACHMENT_LIMITS.answerBytes,
      move: async (at, most) => {
        ticket ??= await askForFile(session, file, purpose);
        try {
          const octets = await fetchPart(session, file, { ticket, from: at, to: at + most });
          await spool.append(name, octets);
          const done = at + octets.length;
          tell({ step: 'fetched', name: file.reference.name, done, total });
          return { kind: 'moved', to: done };
        } catch (error) {
          if (isTicketOver(error)) return { kind: 'ticket' };
          throw error;
        }
      },
      renew: async (at) => {
        ticket = null;
        return at;
      },
    },
    ports,
  );
}

/**
 * Opens a fetched file into a target; it is finished when every check of it held and the record has taken that it is
 * saved, and abandoned otherwise. A file that is not what its signed reference says leaves the spool and is told to the
 * record. Throws `attachment.refused`, and the refusal of the server.
 */
export async function openFile(
  file: NamedFile,
  target: FileTarget,
  { ports, tell }: { readonly ports: FilePorts; readonly tell: TellProgress },
): Promise<void> {
  const { spool, hashing } = ports;
  const { reference, threadId } = file;
  const { size: total } = reference;
  const name = spooledDownload(file);
  let done = 0;
  try {
    await openAttachment(
      spooled(spool, name),
      async (bytes) => {
        await target.sink(bytes);
        done += bytes.length;
        tell({ step: 'opened', name: reference.name, done, total });
      },
      { reference, threadId, hashing },
    );
  } catch (error) {
    await target.abandon();
    if (isDomainError(error, 'attachment.refused')) {
      await spool.remove(name);
      await stateIntegrity(file, { ports, rule: String(error.facts['rule']) });
    }
    throw error;
  }
  try {
    await recordSaved(file, target, ports);
  } catch (error) {
    await target.abandon();
    throw error;
  }
  await target.finish();
  await spool.remove(name);
}

/** What leaves the client is on record before anybody has it. */
async function recordSaved(
  { threadId, attachmentId }: FilePlace,
  { kind: target }: FileTarget,
  { session, device, clock, random }: FilePorts,
): Promise<void> {
  const { self, signSeed: seed } = device;
  const ports = { device: { deviceId: self.deviceId, seed }, clock, random };
  const stated = { type: 'attachment.saved', threadId, attachmentId, target } as const;
  await recordStated(session, stated, ports);
}

async function* spooled(spool: FilePorts['spool'], name: string) {
  const length = await spool.length(name);
  for (let from = 0; from < length; from += READ_BYTES) {
    yield await spool.read(name, { from, to: Math.min(from + READ_BYTES, length) });
  }
}

/** The auditors see that a file was not what it had to be; of what it held they see nothing. */
async function stateIntegrity(
  { threadId, attachmentId }: FilePlace,
  { ports, rule: stage }: { readonly ports: FilePorts; readonly rule: string },
): Promise<void> {
  const type = 'attachment.integrity-failed';
  await ports.statements.state({ type, threadId, attachmentId, stage });
}
