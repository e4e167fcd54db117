import type { AuditEvent, RecordableType, StateCode } from '@enlace/contracts';
import { StatementRefused, type Statement, type StatementType } from '@enlace/trust';

/** What roots sign, and the event of each. What stands here is what an authority may hand in. */
const EVENT_OF_ROOT_STATEMENT = {
  'state-root': 'authority.registered',
  'root-rotation': 'authority.key-rotated',
  'root-replacement': 'authority.key-replaced',
  'state-policy': 'state.policy-changed',
  'registrar-cert': 'registrar.appointed',
  'state-admission': 'state.admitted',
  'state-removal': 'state.removed',
} as const satisfies Partial<Record<StatementType, RecordableType>>;

/** All of these events. */
export const ROOT_STATEMENT_EVENTS = [
  'authority.registered',
  'authority.key-rotated',
  'authority.key-replaced',
  'state.policy-changed',
  'registrar.appointed',
  'state.admitted',
  'state.removed',
  'log.key-announced',
  'witness.added',
] as const;

/** Types that several States sign together; whoever is signed in may carry them in. */
const OF_SEVERAL_STATES: ReadonlySet<StatementType> = new Set<StatementType>([
  'state-root',
  'state-admission',
  'state-removal',
  'root-replacement',
]);

export function isOfSeveralStates({ type }: Statement): boolean {
  return OF_SEVERAL_STATES.has(type);
}

/** The event of a statement that a root signed. Throws `statement.refused` for any other type. */
export function eventOfRootStatement(
  statement: Statement,
  states: readonly StateCode[],
): AuditEvent {
  const { body, id } = statement;
  const object = { type: 'authority', id: body.state, ownerState: body.state } as const;
  const common = { outcome: 'success', object, states } as const;
  if (body.type === 'log-key') {
    const { origin, use } = body;
    return { ...common, type: 'log.key-announced', fields: { origin, use, statementHash: id } };
  }
  if (body.type === 'witness-key') {
    const witnessName = body.vkey.split('+')[0] ?? '';
    return {
      ...common,
      type: 'witness.added',
      fields: { witnessName, lastSize: 0, statementHash: id },
    };
  }
  if (!isRootStatement(body.type)) throw new StatementRefused('type');
  return {
    ...common,
    type: EVENT_OF_ROOT_STATEMENT[body.type],
    fields: { statementHash: id },
  };
}

function isRootStatement(type: StatementType): type is keyof typeof EVENT_OF_ROOT_STATEMENT {
  return Object.hasOwn(EVENT_OF_ROOT_STATEMENT, type);
}
