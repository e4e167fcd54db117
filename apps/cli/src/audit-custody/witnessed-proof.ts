import { parseUtf8 } from '@enlace/kernel';
import { formatProof, parseCheckpoint, splitNote, VerifiedTiles } from '@enlace/tlog';
import { CliError } from '../command-line/cli-error.js';
import { loadSession } from '../home/stored-session.js';
import { partReader, prefixOf, ServedLog } from '../log/log-reader.js';
import { noteCrypto } from '../log/note-crypto.js';
import type { OwnThreads } from '../thread/own-threads.js';

/**
 * The text of a `.tlog-proof` for an entry, under the newest checkpoint that enough witnesses cosigned; `null` while
 * none of those reaches it. The newest checkpoint of all is never cosigned while the log grows. Nothing of it is
 * believed yet. Throws `tlog.*` for tiles that are not those of the checkpoint, `device.no-session`.
 */
export async function witnessedProof(
  { home, origin: server }: Pick<OwnThreads, 'home' | 'origin'>,
  { origin, index }: { readonly origin: string; readonly index: number },
): Promise<string | null> {
  const kept = await loadSession(home.store);
  if (kept === null) throw new CliError('device.no-session');
  const headings = () => ({ authorization: `DPoP ${kept.token}` });
  const log = new ServedLog(partReader(server, headings), prefixOf(origin));
  const checkpoint = await log.checkpoint('witnessed');
  if (checkpoint === null) return null;
  const head = parseCheckpoint(splitNote(checkpoint).text);
  if (index >= head.size) return null;
  const tiles = await VerifiedTiles.open(noteCrypto, log, head);
  const proof = await tiles.inclusionProof(index);
  return parseUtf8(formatProof({ index, proof, checkpoint, extra: null }));
}
