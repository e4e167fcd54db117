import { isMessageKey } from './messages.js';
import { useMessages } from './use-messages.js';

/** Why a chain does not count, or not yet, in a sentence; an unknown rule keeps its name. */
export function useRuleText(): (rule: string) => string {
  const t = useMessages();
  return (rule) => {
    const key = `rule.${rule}`;
    return isMessageKey(key) ? t(key) : t('rule.other', { rule });
  };
}
