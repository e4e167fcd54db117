import { AUDIT_VERB } from '../audit/audit-verb.js';
import { CASE_VERB } from '../case/case-verb.js';
import { DIRECTORY_VERB, WHOAMI_VERB } from '../directory/directory-verb.js';
import { INFORMATION_VERB } from '../information/information-verb.js';
import { PERSON_VERB } from '../person/person-verb.js';
import { AUTHORITY_VERB } from './authority-verb.js';
import { DEVICE_VERB } from './device-verb.js';
import { PRECHECK_VERB } from '../precheck/precheck-verb.js';
import { REQUEST_VERB } from '../request/request-verb.js';
import type { Verb } from './verb.js';
import { THREAD_VERB } from '../thread/thread-verb.js';
import { WITNESS_VERB } from '../witness/witness-verb.js';

/** The verbs of authorities, members, and auditors. */
export const CLIENT_VERBS: readonly Verb[] = [
  AUTHORITY_VERB,
  PERSON_VERB,
  DIRECTORY_VERB,
  WHOAMI_VERB,
  DEVICE_VERB,
  CASE_VERB,
  THREAD_VERB,
  INFORMATION_VERB,
  REQUEST_VERB,
  PRECHECK_VERB,
  AUDIT_VERB,
  WITNESS_VERB,
];
