import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { parseId } from '@enlace/kernel';

import type { StateCode } from '../states.js';
import { decide } from './decide.js';
import type { Approval, Context, Decision, PolicyObject, Subject } from './policy-model.js';
import { ROLES, type AuditScope, type Role } from './roles.js';
import { POLICY_TABLE, type Action } from './table.js';

const me = '7f2b5a4e-5d0c-4c58-9d35-0c8a6a1f7b21';
const other = 'd4a1f6e0-3b7a-4f19-8a42-6c1c0f2e9b55';
const office = '01890a5d-ac96-774b-bcce-b302099a8057';

/** The page, frozen: one row an action, one cell a role, prose of the page turned into the letters of the table. */
const PAGE = readPage();

function readPage(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL('../../vectors/policy-table.md', import.meta.url), 'utf8');
  const rows = new Map<string, readonly string[]>();
  for (const line of text.trim().split('\n').slice(2)) {
    const [names = '', ...cells] = line.split('|').slice(1, -1);
    groupsOf(names).forEach((actions, at) => {
      for (const action of actions)
        rows.set(
          action,
          cells.map((cell) => cellOf(cell, at, { action, names })),
        );
    });
  }
  const large = rows.get('audit.export')?.map((cell) => (cell === '-' ? cell : `${cell} 2`));
  return rows.set('audit.export-large', large ?? []);
}

function groupsOf(names: string): readonly (readonly string[])[] {
  const spelled = names
    .replace("`.redact` own · others'", '`entry.redact-own` · `entry.redact-others`')
    .replace(/handling code of an own entry: raise/, '`entry.raise-handling`')
    .replace('`vault.*`', '`vault.read`, `vault.write`')
    .replace('vault.*`', 'vault.read`, `vault.write`')
    .replace('session.*`', 'session.list`, `session.elevate`, `session.end`')
    .replaceAll(/\([^)]*\)/g, '');
  let prefix = '';
  return spelled.split(' · ').map((group) =>
    [...group.matchAll(/`([^`]+)`/g)].map(([, name = '']) => {
      if (!name.startsWith('.')) prefix = name.slice(0, name.indexOf('.'));
      return name.startsWith('.') ? `${prefix}${name}` : name;
    }),
  );
}

function cellOf(
  cell: string,
  at: number,
  { action, names }: { action: string; names: string },
): string {
  const trimmed = cell.trim();
  if (trimmed.startsWith('national')) {
    return 'national O P or national T P or national G P or regional P or technical';
  }
  const parts = trimmed.split(' · ');
  const part = (parts.length === 1 ? parts[0] : parts[at]) ?? '';
  const letters = part
    .replace(/ \(.*\)/, '')
    .replace('N, O S', 'N or O S')
    .replace('technical', 'K');
  if (!isNoted(part, action)) return '-';
  if (letters === 'M' && names.includes("(own State's)")) return 'M O';
  return letters === 'M' && action === 'opinion.give' ? 'M X' : letters;
}

// A note in a cell names the verbs that it is for; `secondary` describes the act.
function isNoted(part: string, action: string): boolean {
  const note = /\((.*)\)/.exec(part)?.[1] ?? 'secondary';
  return note === 'secondary' || note.split(', ').some((verb) => action.endsWith(`.${verb}`));
}

describe('the policy table', () => {
  it('is the frozen page, action by action and cell by cell', () => {
    const table = new Map(
      Object.entries(POLICY_TABLE).map(([action, row]) => [action, row.split('; ')]),
    );
    expect([...table.keys()].toSorted()).toEqual([...PAGE.keys()].toSorted());
    for (const [action, cells] of table) {
      expect({ action, cells }).toEqual({ action, cells: PAGE.get(action) });
    }
  });
});

interface Case {
  readonly action: Action;
  readonly role: Role;
  readonly scope: AuditScope | null;
  readonly relation: 'own' | 'part' | 'foreign';
  readonly membership: NonNullable<PolicyObject['membership']> | 'none';
  readonly isMine: boolean;
  readonly isMet: boolean;
}

const actions = Object.keys(POLICY_TABLE) as Action[];
const isRegional = ({ role, scope }: Pick<Case, 'role' | 'scope'>) =>
  role === 'secretariat' ||
  role === 'platform-operator' ||
  scope === 'regional' ||
  scope === 'technical';

function* everyCase(): Generator<Case> {
  const seats: readonly Pick<Case, 'role' | 'scope'>[] = ROLES.flatMap(
    (role): Pick<Case, 'role' | 'scope'>[] =>
      role === 'auditor'
        ? (['national', 'regional', 'technical'] as const).map((scope) => ({ role, scope }))
        : [{ role, scope: null }],
  );
  for (const action of actions)
    for (const seat of seats)
      for (const relation of ['own', 'part', 'foreign'] as const)
        for (const membership of ['steward', 'member', 'invited', 'former', 'none'] as const)
          for (const isMine of [true, false])
            for (const isMet of [true, false])
              yield { action, ...seat, relation, membership, isMine, isMet };
}

// The oracle: the page's letters, read one by one, without any of the code under test.
function isAllowedByPage(asked: Case): boolean {
  if (isRegional(asked) && asked.membership !== 'none') return false;
  const cell = PAGE.get(asked.action)?.[ROLES.indexOf(asked.role)] ?? '-';
  return cell
    .split(' or ')
    .some((way) => way.split(' ').every((letter) => letterHolds(letter, asked)));
}

function letterHolds(letter: string, asked: Case): boolean {
  const takesPart = asked.relation !== 'foreign';
  const isMember = asked.membership === 'member' || asked.membership === 'steward';
  const answers: Record<string, boolean> = {
    '-': false,
    Y: true,
    A: true,
    M: isMember && takesPart,
    W: asked.membership === 'steward' && takesPart,
    I: asked.membership === 'invited' && takesPart,
    N: asked.isMine && asked.membership !== 'former',
    O: asked.relation === 'own',
    F: asked.relation === 'own' && asked.isMine,
    X: asked.relation === 'part',
    T: asked.relation === 'part',
    G: false,
    K: false,
    P: asked.isMet,
    S: asked.isMet,
    '2': asked.isMet,
  };
  return answers[letter] ?? letter === asked.scope;
}

function subjectOf(asked: Pick<Case, 'role' | 'scope' | 'action' | 'isMet'>): Subject {
  const stepUp = { action: asked.action, objectId: 'object', bodyHash: 'hash' };
  return {
    personId: parseId(me),
    state: isRegional(asked) ? 'XR' : 'CR',
    officeId: parseId(office),
    roles: [asked.role],
    deviceId: parseId(office),
    acr: 'passkey',
    ...(asked.scope === null ? {} : { auditScope: asked.scope }),
    ...(asked.isMet ? { stepUp } : {}),
  };
}

function objectOf(asked: Case): PolicyObject {
  const { state } = subjectOf(asked);
  return {
    type: 'thing',
    id: 'object',
    ownerState: asked.relation === 'own' ? state : 'GT',
    states: asked.relation === 'foreign' ? ['GT', 'PA'] : [state, 'GT'],
    officeId: parseId(asked.isMine ? office : other),
    personId: parseId(asked.isMine ? me : other),
    state: asked.action === 'case.reopen' ? 'closed' : 'open',
    hold: false,
    ...(asked.membership === 'none' ? {} : { membership: asked.membership }),
  };
}

const approval = (state: StateCode, change: Partial<Approval>): Approval => ({
  personId: parseId(other),
  state,
  roles: ['prosecutor'],
  ...change,
});

function contextOf({ role, scope, isMet }: Pick<Case, 'role' | 'scope' | 'isMet'>): Context {
  const state = isRegional({ role, scope }) ? 'XR' : 'CR';
  const approvals = [
    approval(state, { roles: [role] }),
    approval(state, { roles: ['registrar'] }),
    approval(state, { roles: ['auditor'], auditScope: 'national' }),
    approval(state, { membership: 'steward' }),
    approval('GT', { membership: 'steward' }),
  ];
  const met = { purpose: 'investigation', declarationId: 'declaration', approvals } as const;
  return { nowMs: 0, bodyHash: 'hash', risk: [], approvals: [], ...(isMet ? met : {}) };
}

describe('decide', () => {
  it('agrees with the page in every case of role, action, State, membership and condition', () => {
    let cases = 0;
    const wrong: unknown[] = [];
    for (const asked of everyCase()) {
      cases += 1;
      const { allow } = decide(subjectOf(asked), asked.action, objectOf(asked), contextOf(asked));
      if (allow !== isAllowedByPage(asked)) wrong.push(asked);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(cases).toBeGreaterThan(50_000);
  });
});

const base: Case = {
  action: 'thread.export',
  role: 'prosecutor',
  scope: null,
  relation: 'own',
  membership: 'member',
  isMine: true,
  isMet: true,
};
interface Change {
  readonly subject?: Partial<Subject>;
  readonly object?: Partial<PolicyObject>;
  readonly context?: Partial<Context>;
}
const judge = (asked: Partial<Case>, change: Change = {}): Decision => {
  const whole = { ...base, ...asked };
  const subject = { ...subjectOf(whole), ...change.subject };
  const context = { ...contextOf(whole), ...change.context };
  return decide(subject, whole.action, { ...objectOf(whole), ...change.object }, context);
};
const verdict = (asked: Partial<Case>, change: Change = {}): string => {
  const decision = judge(asked, change);
  return decision.allow ? decision.ruleId : `${decision.ruleId} ${decision.disclose}`;
};

describe('what is denied to everybody', () => {
  it.each<[string, Partial<Case>, Change]>([
    ['D-001 forbidden', {}, { subject: { roles: ['prosecutor', 'registrar'] } }],
    ['D-001 forbidden', {}, { subject: { roles: [] } }],
    ['D-002 forbidden', {}, { subject: { state: 'XR' } }],
    ['D-003 forbidden', {}, { object: { handling: 'EN3' } }],
    ['D-004 forbidden', { action: 'entry.redact-own' }, { object: { hold: true } }],
    ['D-005 forbidden', {}, { context: { risk: ['handling-mismatch'] } }],
    ['D-006 forbidden', {}, { subject: { acr: 'recovery' } }],
    ['R-vault.read', { action: 'vault.read' }, { subject: { acr: 'recovery' } }],
    [
      'D-007 forbidden',
      { action: 'attachment.ticket' },
      { object: { handling: 'EN3', named: [] } },
    ],
    [
      'R-attachment.ticket',
      { action: 'attachment.ticket' },
      { object: { handling: 'EN3', named: [parseId(me)] } },
    ],
    ['R-attachment.ticket', { action: 'attachment.ticket' }, { object: { handling: 'EN3' } }],
    ['S-001 forbidden', { action: 'entry.append' }, { object: { state: 'closed' } }],
    [
      'S-002 forbidden',
      { action: 'case.reopen', membership: 'steward' },
      { object: { state: 'open' } },
    ],
    [
      'S-003 forbidden',
      { action: 'thread.consult' },
      { object: { type: 'thread', state: 'shredded' } },
    ],
    ['R-thread.list', { action: 'thread.list' }, { object: { type: 'thread', state: 'shredded' } }],
    ['D-003 absent', { membership: 'none', relation: 'foreign' }, { object: { handling: 'EN3' } }],
  ])('%s', (expected, asked, change) => {
    expect(verdict(asked, change)).toBe(expected);
  });
});

describe('a refusal', () => {
  it.each<[string, Partial<Case>, Change]>([
    [
      'R-000 absent',
      { action: 'case.create', role: 'registrar', relation: 'foreign', membership: 'none' },
      {},
    ],
    ['R-000 forbidden', { action: 'case.create', role: 'registrar', membership: 'none' }, {}],
    [
      'R-000 forbidden',
      { action: 'case.create', role: 'registrar', relation: 'part', membership: 'invited' },
      {},
    ],
    ['B-001 absent', { relation: 'foreign' }, {}],
    ['B-001 absent', {}, { object: { states: [] } }],
    [
      'B-001 absent',
      { action: 'person.list', role: 'registrar', relation: 'foreign', membership: 'none' },
      {},
    ],
    ['M-001 absent', { membership: 'none' }, {}],
    ['M-001 absent', { membership: 'former' }, {}],
    ['M-001 forbidden', { membership: 'invited' }, {}],
    ['M-001 forbidden', { action: 'thread.close', membership: 'member' }, {}],
    ['M-001 absent', { action: 'device.revoke', isMine: false, membership: 'none' }, {}],
    ['C-001 purpose', {}, { context: { purpose: 'audit', declarationId: undefined as never } }],
    ['C-001 purpose', { isMet: false }, {}],
    ['C-002 step-up', {}, { context: { bodyHash: 'another' } }],
    ['C-002 step-up', {}, { object: { id: 'another' } }],
    [
      'C-002 step-up',
      {},
      { subject: { stepUp: { action: 'thread.close', objectId: 'object', bodyHash: 'hash' } } },
    ],
    [
      'C-003 approval',
      { action: 'thread.shred', membership: 'steward' },
      { context: { approvals: [] } },
    ],
  ])('%s tells no more than the caller may know', (expected, asked, change) => {
    expect(verdict(asked, change)).toBe(expected);
  });
});

describe('a second person', () => {
  const second = (
    action: Action,
    approvals: readonly Approval[],
    change: Change & { asked?: Partial<Case> } = {},
  ) =>
    verdict(
      { action, membership: 'steward', ...change.asked },
      { ...change, context: { approvals } },
    );
  const steward = (state: StateCode) => approval(state, { membership: 'steward' });

  it('is never the same person again', () => {
    const mine = [{ ...steward('GT'), personId: parseId<Approval['personId']>(me) }];
    expect(second('thread.shred', mine)).toBe('C-003 approval');
  });

  it('is a steward of another State where the thread has one', () => {
    expect(second('thread.shred', [steward('CR')])).toBe('C-003 approval');
    expect(second('thread.shred', [steward('GT')])).toBe('R-thread.shred');
    expect(second('thread.shred', [approval('GT', { membership: 'member' })])).toBe(
      'C-003 approval',
    );
    expect(second('thread.shred', [steward('CR')], { object: { states: ['CR'] } })).toBe(
      'R-thread.shred',
    );
  });

  it('is a national auditor of the originator for a hold, or a steward for the auditor', () => {
    const auditor = (state: StateCode, auditScope: AuditScope) =>
      approval(state, { roles: ['auditor'], auditScope });
    expect(second('thread.hold', [auditor('CR', 'national')])).toBe('R-thread.hold');
    expect(second('thread.hold', [auditor('GT', 'national')])).toBe('C-003 approval');
    expect(second('thread.hold', [auditor('CR', 'regional')])).toBe('C-003 approval');
    const originator = { object: { originator: 'GT' as const } };
    expect(second('thread.hold', [auditor('GT', 'national')], originator)).toBe('R-thread.hold');
    const asked = { role: 'auditor', scope: 'national', membership: 'none' } as const;
    expect(second('thread.hold', [steward('GT')], { asked })).toBe('R-thread.hold');
    expect(second('thread.hold', [auditor('CR', 'national')], { asked })).toBe('C-003 approval');
    expect(second('thread.hold', [steward('GT')], { asked, ...originator })).toBe('C-003 approval');
  });

  it('speaks for the originator and for each State whose entries must not be passed on', () => {
    expect(second('thread.widen-states', [steward('GT')])).toBe('C-003 approval');
    expect(second('thread.widen-states', [steward('CR')])).toBe('R-thread.widen-states');
    const object = { originator: 'GT', onwardStates: ['PA'] } as const;
    expect(second('thread.widen-states', [steward('GT')], { object })).toBe('C-003 approval');
    expect(second('thread.widen-states', [steward('GT'), steward('PA')], { object })).toBe(
      'R-thread.widen-states',
    );
  });

  it('is a registrar for an auditor, an auditor for a registrar, of the own State', () => {
    for (const [role, counterpart] of [
      ['auditor', 'registrar'],
      ['registrar', 'auditor'],
    ] as const) {
      const asked = {
        role,
        scope: role === 'auditor' ? ('national' as const) : null,
        membership: 'none' as const,
      };
      expect(second('card.erase', [approval('CR', { roles: [counterpart] })], { asked })).toBe(
        'R-card.erase',
      );
      expect(second('card.erase', [approval('CR', { roles: [role] })], { asked })).toBe(
        'C-003 approval',
      );
      expect(second('card.erase', [approval('GT', { roles: [counterpart] })], { asked })).toBe(
        'C-003 approval',
      );
    }
  });

  it('is of the same role and State otherwise, and may come later where an act only proposes', () => {
    const asked = { role: 'registrar', membership: 'none' } as const;
    expect(second('person.invite', [approval('CR', { roles: ['registrar'] })], { asked })).toBe(
      'R-person.invite',
    );
    expect(second('person.invite', [approval('GT', { roles: ['registrar'] })], { asked })).toBe(
      'C-003 approval',
    );
    const proposal = judge(
      { action: 'person.invite', ...asked },
      { context: { approvals: [], phase: 'proposal' } },
    );
    expect(proposal).toEqual({
      allow: true,
      ruleId: 'R-person.invite',
      obligations: ['await-second-person'],
    });
    const fact = { role: 'cooperation-officer', membership: 'none' } as const;
    expect(
      second('fact.confirm', [approval('CR', { roles: ['central-authority'] })], { asked: fact }),
    ).toBe('R-fact.confirm');
    expect(second('fact.confirm', [approval('CR', {})], { asked: fact })).toBe('C-003 approval');
  });
});

describe('an allowed act', () => {
  const owed = (asked: Partial<Case>, change: Change = {}) => {
    const decision = judge(asked, change);
    return decision.allow ? decision.obligations : decision.ruleId;
  };

  it('says what the caller owes', () => {
    expect(owed({})).toEqual(['record-purpose']);
    expect(owed({}, { object: { handling: 'EN1' } })).toEqual([
      'record-purpose',
      'stamp-not-evidence',
    ]);
    expect(owed({ action: 'case.statistics', membership: 'none' })).toEqual(['aggregates-only']);
    const auditor = { action: 'audit.view', role: 'auditor', membership: 'none' } as const;
    expect(owed({ ...auditor, scope: 'national' })).toEqual(['record-purpose']);
    expect(owed({ ...auditor, scope: 'national', relation: 'part' })).toEqual([
      'record-purpose',
      'sections-what-why',
    ]);
    expect(owed({ ...auditor, scope: 'national', relation: 'foreign' })).toBe('B-001');
    expect(
      owed(
        { ...auditor, scope: 'national', relation: 'foreign' },
        { context: { hasCaseGrant: true } },
      ),
    ).toEqual(['record-purpose', 'sections-what-why']);
    expect(owed({ ...auditor, scope: 'regional', relation: 'foreign' })).toEqual([
      'record-purpose',
      'withhold-where',
    ]);
    expect(owed({ ...auditor, scope: 'technical', relation: 'foreign' })).toEqual(['no-sections']);
  });

  it('lets two roles of one person do what either may', () => {
    const roles = ['prosecutor', 'liaison'] as const;
    expect(verdict({ action: 'case.report-up' }, { subject: { roles } })).toBe('R-case.report-up');
    expect(
      verdict(
        { action: 'audit.acknowledge-alert', role: 'platform-operator', membership: 'none' },
        { object: { type: 'technical-alert' } },
      ),
    ).toBe('R-audit.acknowledge-alert');
  });
});
