import { Button } from 'react-aria-components/Button';

import { isMessageKey, type MessageKey } from '../i18n/messages.js';
import { useMessages } from '../i18n/use-messages.js';

/**
 * What failed, who can fix it, one button, and the code for support. Text comes from the code, never from the error.
 */
export function ProblemNotice({ code, onRetry }: { code: string; onRetry: () => void }) {
  const t = useMessages();
  const key = `problem.${code}`;
  const sentence: MessageKey = isMessageKey(key) ? key : 'problem.unknown';
  return (
    <div className="notice notice-problem" role="alert">
      <p>{t(sentence)}</p>
      <Button className="button button-plain" onPress={onRetry}>
        {t('problem.retry')}
      </Button>
      <p className="code">{t('problem.code', { code })}</p>
    </div>
  );
}
