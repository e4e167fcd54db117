import { ROUTES } from '@enlace/contracts';
import { SECTION_NAMES } from '@enlace/tlog';
import type { Invocation } from '../../command-line/verb.js';
import { askOrApprove, type SectionsAct } from './asked-sections.js';

const ERASURE: SectionsAct = {
  event: 'erasure',
  action: 'audit.erase',
  idName: 'erasureId',
  routes: { ask: ROUTES.auditErasures, approval: ROUTES.auditErasureApproval },
  sections: SECTION_NAMES,
  done: 'erased',
  texts: {
    ask: {
      es: 'Pide borrar para siempre {sections} de las entradas {first} a {last} de {origin} ({rule})',
      en: 'Asks to erase for ever {sections} of the entries {first} to {last} of {origin} ({rule})',
    },
    approve: {
      es: 'Borra para siempre lo que pide {erasureId}; las pruebas del registro siguen valiendo',
      en: 'Erases for ever what {erasureId} asks for; the proofs of the log still hold',
    },
    proposed: {
      es: 'Pedido {erasureId}: falta la otra persona (auditor o registrador de su Estado).',
      en: 'Asked as {erasureId}: the other person is missing (auditor or registrar of your State).',
    },
    done: {
      es: 'Borrado: secciones de {events} eventos. Las copias de respaldo y exportaciones aún las tienen.',
      en: 'Erased: sections of {events} events. Backups and exports still have them.',
    },
  },
  more: () => ({}),
};

/**
 * `enlace audit erase`: an auditor or a registrar asks for sections of the own people's events to be erased, and with
 * `--approve ID` the other of the two does it.
 */
export async function run(invocation: Invocation): Promise<number> {
  return askOrApprove(invocation, ERASURE);
}
