import { auditEventTypes, type AuditViewName } from '@enlace/contracts';
import type { AuditViewQuery } from '@enlace/contracts/dto';

import {
  caseAccess,
  egress,
  personActivity,
  refusals,
  stateMatrix,
  subjectAccess,
} from './access-views.js';
import { afterEnd, offHours, places } from './place-views.js';
import {
  auditOfAudit,
  breakglass,
  changes,
  erasures,
  requestLife,
  unusual,
} from './register-views.js';
import type { ViewEvent, ViewTable } from './view-event.js';

/** A question: over which events, about whom it must be asked, and how they become its answer. */
export interface View {
  /** `null`: all types. */
  readonly types: readonly string[] | null;
  readonly needs: readonly (keyof AuditViewQuery)[];
  /** What holds until something else is said: read from the beginning, and about everybody. */
  readonly standing?: readonly string[];
  readonly tableOf: (events: readonly ViewEvent[], standing: readonly ViewEvent[]) => ViewTable;
}

const ALL = auditEventTypes();
/** Types whose name matches one of the patterns: `case.*`, `*.refused`, or in full. */
function types(...patterns: readonly string[]): readonly string[] {
  return ALL.filter((type) =>
    patterns.some((pattern) => {
      if (pattern.endsWith('.*')) return type.startsWith(pattern.slice(0, -1));
      return pattern.startsWith('*.') ? type.endsWith(pattern.slice(1)) : type === pattern;
    }),
  );
}

const WORK = [
  'case.*',
  'thread.*',
  'entry.*',
  'attachment.*',
  'request.*',
  'opinion.*',
  'history-grant.*',
];
const IDENTITY = [
  'person.*',
  'device.*',
  'passkey.*',
  'registrar.*',
  'office.*',
  'authority.*',
  'state.*',
];

/** What ends somebody's right, and what gives it back. */
const ENDINGS = [
  'person.revoked',
  'person.suspended',
  'person.frozen',
  'person.reinstated',
  'person.renewed',
  'person.unfrozen',
  'device.revoked',
  '*.member-added',
  '*.member-removed',
  '*.member-left',
];

export const VIEWS: Readonly<Record<AuditViewName, View>> = {
  'case-access': { types: null, needs: ['case'], tableOf: caseAccess },
  'person-activity': { types: null, needs: ['actor'], tableOf: personActivity },
  'off-hours': {
    types: types(...WORK, 'session.opened', 'directory.*'),
    needs: [],
    tableOf: offHours,
  },
  places: {
    types: types(...WORK, 'session.opened'),
    needs: [],
    standing: types('device.enrolled'),
    tableOf: places,
  },
  breakglass: { types: types('breakglass.*'), needs: [], tableOf: breakglass },
  refusals: {
    types: types('access.*', '*.refused', '*.commit-refused'),
    needs: [],
    tableOf: refusals,
  },
  egress: {
    types: types(
      'attachment.*',
      'request.status-changed',
      '*.exported',
      '*.printed',
      '*.downloaded',
      '*.copied',
    ),
    needs: [],
    tableOf: egress,
  },
  'after-end': {
    types: types(...WORK, 'person.*', 'session.*', 'directory.*', 'vault.*', 'audit.*'),
    needs: [],
    standing: types(...ENDINGS),
    tableOf: afterEnd,
  },
  changes: {
    types: types(...IDENTITY, 'setting.*', 'audit-scope.*', 'release.*'),
    needs: [],
    tableOf: changes,
  },
  'state-matrix': { types: types(...WORK), needs: [], tableOf: stateMatrix },
  unusual: { types: types('alert.*'), needs: [], tableOf: unusual },
  'audit-of-audit': { types: types('audit.*', 'section.*'), needs: [], tableOf: auditOfAudit },
  erasures: { types: types('*.erased'), needs: [], tableOf: erasures },
  'subject-access': { types: types(...WORK), needs: ['case'], tableOf: subjectAccess },
  'request-life': {
    types: types('request.*', 'opinion.*'),
    needs: ['request'],
    tableOf: requestLife,
  },
};
