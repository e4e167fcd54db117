import { AUDIT_VERB } from '../audit/audit-verb.js';
import { CASE_VERB } from '../case/case-verb.js';
import { DIRECTORY_VERB, WHOAMI_VERB } from '../directory/directory-verb.js';
import { PERSON_VERB } from '../person/person-verb.js';
import { AUTHORITY_VERB } from './authority-verb.js';
import { DEVICE_VERB } from './device-verb.js';
import type { Text } from './language.js';
import { PRECHECK_VERB } from '../precheck/precheck-verb.js';
import { REQUEST_VERB } from '../request/request-verb.js';
import type { Command, Verb } from './verb.js';
import { WITNESS_VERB } from '../witness/witness-verb.js';

/** A verb whose features are not in this build: its commands by their words. */
function planned(name: string, purpose: Text, commands: Readonly<Record<string, Text>>): Verb {
  return {
    name,
    purpose,
    commands: Object.entries(commands).map(([words, text]): Command => ({
      words: words === '' ? [] : words.split(' '),
      purpose: text,
      options: {},
      load: null,
    })),
  };
}

const text = (es: string, en: string): Text => ({ es, en });

/** The verbs of authorities, members, and auditors. */
export const CLIENT_VERBS: readonly Verb[] = [
  AUTHORITY_VERB,
  PERSON_VERB,
  DIRECTORY_VERB,
  WHOAMI_VERB,
  DEVICE_VERB,
  CASE_VERB,
  planned('thread', text('hilos cifrados de extremo a extremo', 'end-to-end encrypted threads'), {
    open: text('abre un hilo', 'opens a thread'),
    list: text('lista los hilos', 'lists the threads'),
    read: text('lee un hilo', 'reads a thread'),
    send: text('envía un mensaje', 'sends a message'),
    attach: text('adjunta un archivo', 'attaches a file'),
    save: text('guarda un adjunto', 'saves an attachment'),
    invite: text('invita a un miembro', 'invites a member'),
    remove: text('retira a un miembro', 'removes a member'),
    grant: text('comparte el historial anterior', 'grants earlier history'),
    leave: text('sale del hilo', 'leaves the thread'),
    export: text('exporta el hilo', 'exports the thread'),
  }),
  REQUEST_VERB,
  PRECHECK_VERB,
  AUDIT_VERB,
  WITNESS_VERB,
];
