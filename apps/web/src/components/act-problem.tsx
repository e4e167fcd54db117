import type { ErrorFacts } from '@enlace/kernel';
import type { ReactNode } from 'react';

import { isMessageKey, type MessageKey } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';

/** Why an act was refused, and the code for support. The act stays where it was: it is the button to try again. */
export function ActProblem({
  problem,
}: {
  readonly problem: { readonly code: string; readonly facts: ErrorFacts } | null;
}): ReactNode {
  const t = useMessages();
  if (problem === null) return null;
  const { code, facts } = problem;
  const { annexes, group, part, retryAfterSeconds: seconds } = facts;
  return (
    <div className="notice notice-problem" role="alert">
      <p>{t(sentenceOf(code, facts))}</p>
      {group !== undefined && <p>{t('problem.group', { group })}</p>}
      {part !== undefined && <p>{t('problem.part', { part })}</p>}
      {seconds !== undefined && <p>{t('problem.wait', { seconds })}</p>}
      {annexes !== undefined && <p>{t('problem.annexes', { annexes })}</p>}
      <p className="code">{t('problem.code', { code })}</p>
    </div>
  );
}

/** The most particular sentence that there is: of the rule, of the code, of everything about signed logs. */
function sentenceOf(code: string, { rule, alert }: ErrorFacts): MessageKey {
  const keys = [`problem.${code}.${rule ?? alert}`, `problem.${code}`];
  if (code.startsWith('tlog.')) keys.push('problem.tlog');
  return keys.find(isMessageKey) ?? 'problem.refused';
}
