import { describe, expect, it } from '@jest/globals';
import { decide, POLICY_TABLE } from '@enlace/contracts';

import { openCedar, type Question } from './cedar-oracle.js';
import { everyQuestion } from './questions.js';

/** Questions for each action and seat beside the sound ones, and the seed from which they are made. */
const OTHERS = 1;
const SEED = 20_270_104;

const cedar = openCedar();
const questions = everyQuestion(OTHERS, SEED);

const isDecided = ({ subject, action, object, context }: Question) =>
  decide(subject, action, object, context).allow;

const DECLARED = { purpose: 'audit', declarationId: 'declaration' } as const;

const elevated = ({ subject, action, object, context }: Question): Question['subject'] => ({
  ...subject,
  stepUp: { action, objectId: object.id, bodyHash: context.bodyHash },
});

describe('two readings of the policy, the function and Cedar', () => {
  it('agree in every case of role, State, office, membership, handling, state of the object and action', () => {
    const wrong = questions.filter((question) => cedar.isAllowed(question) !== isDecided(question));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(questions.length).toBeGreaterThan(8_000);
  });

  it('were asked about every action in cases that are allowed and in cases that are not', () => {
    const allowed = new Set<string>();
    const denied = new Set<string>();
    for (const question of questions) (isDecided(question) ? allowed : denied).add(question.action);
    const actions = Object.keys(POLICY_TABLE).toSorted();
    expect([...allowed].toSorted()).toEqual(actions);
    expect([...denied].toSorted()).toEqual(actions);
  });

  it('fall apart when one of them forgets a condition', () => {
    const forgetting: Readonly<Record<string, (question: Question) => Question>> = {
      'the State': (asked) => ({
        ...asked,
        object: { ...asked.object, ownerState: asked.subject.state, states: [asked.subject.state] },
      }),
      'the membership': (asked) => ({
        ...asked,
        object: { ...asked.object, membership: 'steward' },
      }),
      'the office': (asked) => ({
        ...asked,
        object: { ...asked.object, officeId: asked.subject.officeId },
      }),
      'the handling': (asked) => ({ ...asked, object: { ...asked.object, handling: 'EN0' } }),
      'the hold': (asked) => ({ ...asked, object: { ...asked.object, hold: false } }),
      'the state': (asked) => ({ ...asked, object: { ...asked.object, state: 'open' } }),
      'the second person': (asked) => ({ ...asked, context: { ...asked.context, approvals: [] } }),
      'the step-up': (asked) => ({ ...asked, subject: elevated(asked) }),
      'the purpose': (asked) => ({ ...asked, context: { ...asked.context, ...DECLARED } }),
      'the recovery': (asked) => ({ ...asked, subject: { ...asked.subject, acr: 'passkey' } }),
    };
    for (const [name, forget] of Object.entries(forgetting)) {
      const found = questions.find((asked) => isDecided(forget(asked)) !== isDecided(asked));
      const apart = found && cedar.isAllowed(forget(found)) !== isDecided(found);
      expect([name, apart]).toEqual([name, true]);
    }
  });
});
