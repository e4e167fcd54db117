import type { AttachmentReference } from '@enlace/e2ee';
import { isJsonObject, parseId, type AttachmentId, type JsonValue } from '@enlace/kernel';

import type { KeptEntry } from '../kept/kept-entry.js';

/** A file, and the entry that names it. */
interface Naming {
  readonly seq: number;
  readonly attachmentId: AttachmentId;
  readonly reference: AttachmentReference;
}

/** Every file that entries name which were verified and opened here, in the order of the log. */
export function namedFiles(entries: readonly KeptEntry[]): readonly Naming[] {
  return entries.flatMap(({ seq, effect }) =>
    referencesIn(effect['content']).map((reference) => ({
      seq,
      attachmentId: parseId<AttachmentId>(reference.attachmentId),
      reference,
    })),
  );
}

/** As the schema of its content has checked them when the entry was opened. */
function referencesIn(content: JsonValue | undefined): readonly AttachmentReference[] {
  const attachments = isJsonObject(content) ? content['attachments'] : undefined;
  return Array.isArray(attachments) ? attachments : [];
}
