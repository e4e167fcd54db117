import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { eventObject, standingText } from './event-table.js';
import { withRecordAccess } from './record-access.js';

const TEXTS = {
  head: { es: '{eventId}  {at}  {standing}', en: '{eventId}  {at}  {standing}' },
  place: { es: 'registro {origin}, índice {index}', en: 'log {origin}, index {index}' },
  erased: {
    es: '{name}: borrada, dice el servidor; lo prueba solo un evento section.erased que la nombre',
    en: '{name}: erased, says the server; only an event section.erased that names it proves that',
  },
  withheld: {
    es: '{name}: no se muestra a este auditor; es palabra del servidor',
    en: '{name}: not shown to this auditor; that is the word of the server',
  },
} as const satisfies Readonly<Record<string, Text>>;

const SECTIONS = ['what', 'who', 'where', 'why', 'attest'] as const;

/** `enlace audit show EVENT`: one event, section by section, checked here before it is called proven. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal, json, language, argument } = invocation;
  return withRecordAccess(invocation, async ({ questions, proofs }) => {
    const event = await questions.show(argument);
    const standing = await proofs.prove(event);
    const isSound = standing === 'proven' && proofs.isQuorumMet;
    const exit = isSound ? EXIT.done : EXIT.reservations;
    if (json) {
      const told = { ...eventObject({ event, standing }), quorum: proofs.isQuorumMet };
      writeLine(terminal.output, JSON.stringify(told));
      return exit;
    }
    const { eventId, place } = event;
    const at = new Date(event.occurredAtMs).toISOString();
    const head = { eventId, at, standing: standingText(standing, language) };
    writeLine(terminal.output, fillText(TEXTS.head[language], head));
    if (place !== null) writeLine(terminal.output, fillText(TEXTS.place[language], { ...place }));
    for (const name of SECTIONS) {
      const section = event.sections[name];
      const absence = event.absent[name];
      if (absence !== undefined) {
        writeLine(terminal.output, fillText(TEXTS[absence][language], { name }));
      }
      if (section === undefined) continue;
      writeLine(terminal.output, `${name}:`);
      for (const [member, value] of Object.entries(section)) {
        const text = Array.isArray(value) ? value.join(' ') : value;
        const word = typeof text === 'string' ? text : JSON.stringify(text);
        writeLine(terminal.output, printable(`  ${member}: ${word}`));
      }
    }
    return exit;
  });
}
