import { believedPolicy } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isJsonObject, parseBase64Url, utf8 } from '@enlace/kernel';
import { decodeLeaf, hashLeaf, verifyProof } from '@enlace/tlog';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { noteCrypto } from '../log/note-crypto.js';
import { readId } from '../person/invite.js';
import { Auditor, readText } from '../audit/auditor.js';

const TEXT: Text = {
  es: 'Probado: evento {eventId}, entrada {index} de {size} en {origin}; testigos: {witnesses}',
  en: 'Proven: event {eventId}, entry {index} of {size} in {origin}; witnesses: {witnesses}',
};

/**
 * `enlace audit prove EVENT`: fetches the proof of one event and checks it against the keys and the quorum of this home
 * before it writes it. Ends with 1 when fewer witnesses cosigned than the quorum.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const eventId = readId(invocation.argument, 'EVENT');
  const out = findText(options, 'out');
  if (out !== null) assertAbsent([out]);
  return withEnrolledHome(invocation, async (home) => {
    const auditor = await Auditor.at(home);
    const found = await auditor.get(ROUTES.auditEvent.replace(':id', eventId));
    const event = isJsonObject(found) ? (found['event'] ?? null) : null;
    const leaf = parseBase64Url(readText(event, 'leaf'));
    // The server may show the proof of another event: the leaf holds the id of its own.
    if (String(decodeLeaf(leaf).eventId) !== eventId) {
      throw new CliError('integrity.failed', { problem: 'leaf' }, { exitCode: EXIT.alert });
    }
    const proof = await auditor.get(ROUTES.auditEventProof.replace(':id', eventId));
    if (typeof proof !== 'string') throw new CliError('server.answered', { problem: 'proof' });
    const replica = await openDirectory(home);
    await syncDirectory(replica, auditor.plain);
    const { policy } = await believedPolicy(replica.directory, auditor.plain);
    const leafHash = hashLeaf(noteCrypto, leaf);
    const { inclusion, judged } = verifyProof(noteCrypto, utf8(proof), { leafHash, policy });
    if (out !== null) writeNewFiles([{ path: out, text: proof, isSecret: false }]);
    const { origin, size } = judged.checkpoint;
    const witnesses = judged.cosigners.map(({ name }) => name).join(' ');
    const facts = { eventId, origin, index: inclusion.index, size, witnesses };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'proven', ...facts, quorum: judged.meetsQuorum })
        : fillText(TEXT[language], facts),
    );
    return judged.meetsQuorum ? EXIT.done : EXIT.reservations;
  });
}
