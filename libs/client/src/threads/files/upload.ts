import { attachmentLength } from '@enlace/contracts';
import { sealAttachment } from '@enlace/e2ee';
import { isDomainError, newId, type AttachmentId, type ThreadId } from '@enlace/kernel';

import { FileChanged } from './file-errors.js';
import type { FilePorts, FileToSend, TellProgress } from './file-ports.js';
import { completeFile, reserveFile, sendPart } from './file-wire.js';
import { KeptUploads, type KeptUpload } from './kept-uploads.js';
import { isTicketOver, transfer, type Step } from './transfer.js';

/** The sealed file of an upload, in the spool. */
export function spooledUpload(attachmentId: string): string {
  return `up-${attachmentId}`;
}

/**
 * Seals a file into the spool, once the server has a place for it: what is too large for it is not sealed first.
 * Throws the refusal of the server, `file.changed`.
 *
 * If we die before it is kept: what lies in the spool is nobody's and goes, and the file is sealed again under another
 * id.
 */
export async function sealFile(
  threadId: ThreadId,
  file: FileToSend,
  { ports, tell }: { readonly ports: FilePorts; readonly tell: TellProgress },
): Promise<KeptUpload> {
  const { spool, session, hashing, random, clock, store } = ports;
  const attachmentId = newId<AttachmentId>(clock, random);
  const total = attachmentLength(file.size);
  await reserveFile(session, { threadId, attachmentId }, total);
  const name = spooledUpload(attachmentId);
  let done = 0;
  try {
    const sealed = await sealAttachment(
      file.read(),
      async (bytes) => {
        done += bytes.length;
        // A file that grows under our hands does not fill the disk.
        if (done > total) throw new FileChanged();
        await spool.append(name, bytes);
        tell({ step: 'sealed', name: file.name, done, total });
      },
      { attachmentId, threadId, random, hashing },
    );
    if (sealed.size !== file.size) throw new FileChanged();
    await spool.sync(name);
    const { mark, mediaType } = file;
    const reference = { ...sealed, name: file.name, mediaType };
    const upload = { threadId, attachmentId, mark, reference, isComplete: false };
    await new KeptUploads(store).keep(upload);
    return upload;
  } catch (error) {
    await spool.remove(name);
    throw error;
  }
}

/**
 * Brings a sealed file to the server, from where it stands there. Throws the refusal of the server and
 * `client.unreachable` when patience ends: what is there stays there.
 *
 * If we die after the server has all of it and before that is kept: it says that the file is complete, and is asked
 * to compare it once more.
 */
export async function sendFile(
  upload: KeptUpload,
  { ports, tell }: { readonly ports: FilePorts; readonly tell: TellProgress },
): Promise<void> {
  const { spool, session, store } = ports;
  const { reference } = upload;
  const total = attachmentLength(reference.size);
  const name = spooledUpload(upload.attachmentId);
  let reserved = await reserveUnlessComplete(upload, { session, total });
  const told = (done: number): void => tell({ step: 'sent', name: reference.name, done, total });
  await transfer(
    {
      from: reserved.offset,
      length: total,
      partBytes: reserved.partBytes,
      move: async (offset, most) => {
        const octets = await spool.read(name, { from: offset, to: offset + most });
        const { ticket } = reserved;
        const step = await movedBy(
          async () => sendPart(session, upload, { ticket, offset, octets }),
          { to: offset + octets.length, total },
        );
        if (step.kind === 'moved') told(step.to);
        return step;
      },
      renew: async () => {
        reserved = await reserveFile(session, upload, total);
        return reserved.offset;
      },
    },
    ports,
  );
  await completeFile(session, upload, reference.ciphertextSha256);
  await new KeptUploads(store).keep({ ...upload, isComplete: true });
}

async function reserveUnlessComplete(
  upload: KeptUpload,
  { session, total }: { readonly session: FilePorts['session']; readonly total: number },
) {
  try {
    return await reserveFile(session, upload, total);
  } catch (error) {
    // Whether it is ours, the hash of all of it says.
    if (!isDomainError(error, 'attachment.conflict')) throw error;
    return { ticket: '', offset: total, partBytes: total };
  }
}

/** Where the server is after a part; it says so itself when it is elsewhere than we thought. */
async function movedBy(
  move: () => Promise<void>,
  { to, total }: { readonly to: number; readonly total: number },
): Promise<Step> {
  try {
    await move();
    return { kind: 'moved', to };
  } catch (error) {
    // Without its reservation an upload begins anew, under the same id.
    if (isTicketOver(error) || isDomainError(error, 'attachment.not-found')) {
      return { kind: 'ticket' };
    }
    if (!isDomainError(error, 'attachment.offset')) throw error;
    const { offset } = error.facts;
    // Attacker-controlled: the offset.
    const isPlace = typeof offset === 'number' && Number.isSafeInteger(offset);
    if (!isPlace || offset < 0 || offset > total) throw error;
    return { kind: 'moved', to: offset };
  }
}
