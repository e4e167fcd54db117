import type { MessageKey } from '../../i18n/messages.js';
import type { Page } from '../../routes.js';
import { isPartner } from '../../state/roles.js';

/** A place of the workplace, in words: where it is, and what the bar calls it. */
export interface TourStep {
  readonly name: Name;
  readonly page: Page;
  readonly place: MessageKey;
}

const PLACES = {
  home: ['sign-in', 'frame.home'],
  cases: ['cases', 'frame.cases'],
  requests: ['requests', 'frame.requests'],
  board: ['requests-board', 'requests.board.title'],
  search: ['search', 'frame.search'],
  registry: ['registry', 'frame.registry'],
  approvals: ['approvals', 'frame.approvals'],
  audit: ['audit', 'frame.audit'],
  integrity: ['audit-integrity', 'audit.integrity.title'],
  directory: ['directory', 'frame.directory'],
  activity: ['activity', 'frame.activity'],
  settings: ['settings', 'frame.settings'],
} as const satisfies Readonly<Record<string, readonly [Page, MessageKey]>>;
type Name = keyof typeof PLACES;

/** What somebody of a role is here for, in the order of the work; what is everybody's stands around it. */
const OF_ROLE: Readonly<Record<string, readonly Name[]>> = {
  prosecutor: ['cases', 'requests', 'search'],
  liaison: ['cases', 'requests', 'search'],
  'cooperation-officer': ['cases', 'requests', 'board'],
  'central-authority': ['cases', 'board'],
  auditor: ['audit', 'integrity'],
  registrar: ['registry', 'integrity'],
  'chancellery-approver': ['approvals'],
  secretariat: ['integrity'],
  'platform-operator': ['integrity'],
};

/** The steps for somebody of these roles; none while nobody knows them. */
export function tourOf(roles: readonly string[]): readonly TourStep[] {
  if (roles.length === 0) return [];
  const own = [...new Set(roles.flatMap((role) => OF_ROLE[role] ?? []))];
  const shared: readonly Name[] = isPartner(roles) ? ['directory'] : [];
  const names = ['home', ...own, ...shared, 'activity', 'settings'] as const;
  return names.map((name) => {
    const [page, place] = PLACES[name];
    return { name, page, place };
  });
}

/** By what a browser remembers that its tour was seen: by the roles, never by the person. */
export function tourName(roles: readonly string[]): string {
  return roles.toSorted().join('+');
}
