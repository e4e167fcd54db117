import { ROUTES } from '@enlace/contracts';
import { requireText } from '../../command-line/option-values.js';
import type { Invocation } from '../../command-line/verb.js';
import { askOrApprove, type SectionsAct } from './asked-sections.js';

const DISCLOSURE: SectionsAct = {
  event: 'disclosure',
  action: 'audit.disclose',
  idName: 'disclosureId',
  routes: { ask: ROUTES.auditDisclosures, approval: ROUTES.auditDisclosureApproval },
  // The other State reads what and why already.
  sections: ['who', 'where'],
  done: 'disclosed',
  texts: {
    ask: {
      es: 'Propone abrir a {toState} {sections} de las entradas {first} a {last} de {origin} ({rule})',
      en: 'Proposes to open to {toState} {sections} of the entries {first} to {last} of {origin} ({rule})',
    },
    approve: {
      es: 'Abre a otro Estado lo que propone {disclosureId}; no se puede deshacer',
      en: 'Opens to another State what {disclosureId} proposes; this cannot be undone',
    },
    proposed: {
      es: 'Propuesto {disclosureId}: falta la otra persona (auditor o registrador de su Estado).',
      en: 'Proposed as {disclosureId}: the other person (auditor or registrar of your State) is missing.',
    },
    done: {
      es: 'Abierto: secciones de {events} eventos en los que ese Estado participa.',
      en: 'Open: sections of {events} events in which that State takes part.',
    },
  },
  more: (options) => ({ toState: requireText(options, 'to-state') }),
};

/**
 * `enlace audit disclose`: an auditor or a registrar proposes to open who or where of the own people's events to
 * another State, and with `--approve ID` the other of the two does it.
 */
export async function run(invocation: Invocation): Promise<number> {
  return askOrApprove(invocation, DISCLOSURE);
}
