import { ROLES, type Role } from './roles.js';
import { POLICY_TABLE, type Action } from './table.js';

/** What must hold before the conditions: where somebody stands, and with what scope. */
export type Standing = 'Y' | 'M' | 'W' | 'I' | 'N' | 'O' | 'F' | 'X' | 'T' | 'G' | 'K';
type Condition = 'P' | 'S' | '2' | 'A';

/** One way in which a role may do something: all of it must hold. */
export interface Alternative {
  readonly scope: string | null;
  readonly standing: readonly Standing[];
  readonly conditions: ReadonlySet<Condition>;
}

const STANDINGS: readonly Standing[] = ['Y', 'M', 'W', 'I', 'N', 'O', 'F', 'X', 'T', 'G', 'K'];
const CONDITIONS: readonly Condition[] = ['P', 'S', '2', 'A'];

const CELLS: ReadonlyMap<string, readonly Alternative[]> = new Map(
  Object.entries(POLICY_TABLE).flatMap(([action, row]) =>
    row
      .split(';')
      .map((cell, column): [string, readonly Alternative[]] => [
        `${action}|${ROLES[column] ?? ''}`,
        readCell(cell.trim()),
      ]),
  ),
);

/** The ways in which one of the roles may do the action; none is a denial. */
export function alternativesFor(action: Action, roles: readonly Role[]): readonly Alternative[] {
  return roles.flatMap((role) => CELLS.get(`${action}|${role}`) ?? []);
}

/** The roles that may do the action in any way at all. */
export function rolesFor(action: Action): ReadonlySet<Role> {
  return new Set(ROLES.filter((role) => alternativesFor(action, [role]).length > 0));
}

function readCell(cell: string): readonly Alternative[] {
  if (cell === '-') return [];
  return cell.split(' or ').map((text) => {
    const tokens = text.split(' ');
    return {
      scope: tokens.find((token) => token.length > 1) ?? null,
      standing: STANDINGS.filter((token) => tokens.includes(token)),
      conditions: new Set(CONDITIONS.filter((token) => tokens.includes(token))),
    };
  });
}
