import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { readState } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withOwnInformation } from './own-information.js';

const TEXTS = {
  none: {
    es: '{state} no tiene ningún punto focal en vigor: pregunte a su registro.',
    en: '{state} has no focal point in force: ask its registry.',
  },
  confirmed: {
    es: '{personId}  {state}  {duties}  confirmado hasta {until}',
    en: '{personId}  {state}  {duties}  confirmed until {until}',
  },
  unconfirmed: {
    es: '{personId}  {state}  {duties}  SIN CONFIRMAR; aprobado hasta {until}',
    en: '{personId}  {state}  {duties}  NOT CONFIRMED; approved until {until}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace info focal-points STATE`: whom the foreign ministry approved (1: none, or one without confirmation). */
export async function run(invocation: Invocation): Promise<number> {
  const { argument, terminal, json, language } = invocation;
  const state = readState(argument, 'STATE');
  return withOwnInformation(invocation, async ({ information }) => {
    const found = information.focalPoints(state);
    for (const one of found) {
      const { personId, duties, standing, confirmedUntil, approvedUntil } = one;
      const until = (standing === 'confirmed' ? confirmedUntil : approvedUntil) ?? '';
      const told = { personId, state, duties: duties.join(','), until: until.slice(0, 10) };
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'focal-point', ...one })
          : fillText(TEXTS[standing][language], told),
      );
    }
    if (found.length === 0 && !json) {
      writeLine(terminal.output, fillText(TEXTS.none[language], { state }));
    }
    const isSound = found.length > 0 && found.every(({ standing }) => standing === 'confirmed');
    return isSound ? EXIT.done : EXIT.reservations;
  });
}
