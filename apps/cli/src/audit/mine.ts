import { listOwnEvents } from '@enlace/client';
import type { OwnEvent } from '@enlace/contracts';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findInteger } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';

/** Events that are listed unless somebody asks for more. */
const USUAL_EVENTS = 50;
const EVENTS_LIMIT = 100_000;

const TEXTS = {
  event: {
    es: '{at}  {type}  {outcome}  {device}  {ip}  {place}',
    en: '{at}  {type}  {outcome}  {device}  {ip}  {place}',
  },
  thisDevice: { es: 'este dispositivo', en: 'this device' },
  pending: { es: 'en camino al registro', en: 'on its way into the log' },
  erased: { es: 'borrado', en: 'erased' },
  word: {
    es: 'Es lo que dice el servidor. Los actos de este dispositivo los comprueba «enlace audit receipts».',
    en: 'This is what the server says. The acts of this device are proven by "enlace audit receipts".',
  },
  whatNext: {
    es: '¿Un acto que usted no hizo? Pida a su registrador que revoque ese dispositivo y avise a su auditor.',
    en: 'An act that you did not do? Ask your registrar to revoke that device, and tell your auditor.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace audit mine`: what was done in the name of the person of this home, newest first, whichever device did it. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const limit = findInteger(options, 'limit', [1, EVENTS_LIMIT]) ?? USUAL_EVENTS;
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const { deviceId } = home.profile.keys;
    let before: string | null = null;
    for (let shown = 0; shown < limit;) {
      const page = await listOwnEvents(session, before);
      for (const event of page.events.slice(0, limit - shown)) {
        const line = json ? JSON.stringify({ event: 'own-event', ...event }) : textOf(event);
        writeLine(terminal.output, line);
      }
      shown += page.events.length;
      // A server that never ends its pages, or repeats one, does not keep the command for ever.
      if (page.next === null || page.events.length === 0 || page.next === before) break;
      before = page.next;
    }
    if (!json) {
      writeLine(terminal.output, TEXTS.word[language]);
      writeLine(terminal.output, TEXTS.whatNext[language]);
    }
    return EXIT.done;

    function textOf({ occurredAt: at, type, outcome, place, sections }: OwnEvent): string {
      const device = sections.who?.['deviceId'];
      const ip = sections.where?.['ip'];
      return fillText(TEXTS.event[language], {
        at,
        type,
        outcome,
        device: device === deviceId ? TEXTS.thisDevice[language] : told(device),
        ip: told(ip),
        place: place === null ? TEXTS.pending[language] : `${place.origin}#${place.index}`,
      });
    }

    function told(value: unknown): string {
      return typeof value === 'string' ? value : TEXTS.erased[language];
    }
  });
}
