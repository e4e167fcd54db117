import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { TextQuestion } from '../../components/text-question.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import { formatDateTime } from '../../state/format.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** Whether the paper still opens the vault: it is typed, and opens the copy of the server. */
export function TryKit() {
  const t = useMessages();
  const language = useLanguage();
  const acting = useAct();
  const [isOpen, setOpen] = useState(false);
  const [since, setSince] = useState<string | null>(null);
  const attempt = async (typed: string): Promise<void> => {
    setSince(null);
    const secret = textBuffer(typed);
    const opened = await worker().call('ways.try', { kind: 'recovery', secret }, [secret]);
    setSince(opened.ways.find(({ kind }) => kind === 'recovery')?.since ?? '');
  };
  if (!isOpen) {
    return (
      <Button className="button button-plain" onPress={() => setOpen(true)}>
        {t('ways.try')}
      </Button>
    );
  }
  return (
    <>
      <TextQuestion
        label={t('ways.try.label')}
        help={t('ways.try.help')}
        verb={t('ways.try.act')}
        acting={acting}
        onAnswer={attempt}
      />
      {acting.isBusy && <p className="waiting">{t('vault.kept.loading')}</p>}
      {since !== null && (
        <p className="notice" aria-live="polite">
          {t('ways.try.done', { when: formatDateTime(language, since) })}
        </p>
      )}
    </>
  );
}
