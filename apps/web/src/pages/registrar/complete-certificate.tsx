import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { TextQuestion } from '../../components/text-question.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { NextCertificate, Registry } from '../../protocol/operations.js';
import { formatDate } from '../../state/format.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CardFacts } from './card-facts.js';

type Read = NextCertificate & { readonly text: string };

/** The second registrar's part of a certificate that a colleague began: read in words, then signed and handed in. */
export function CompleteCertificate({
  isKeyOpen,
  onNext,
}: {
  readonly isKeyOpen: boolean;
  readonly onNext: (registry: Registry) => void;
}) {
  const t = useMessages();
  const reading = useAct();
  const [read, setRead] = useState<Read | null>(null);
  return (
    <section className="card" aria-labelledby="complete">
      <h2 id="complete">{t('complete.title')}</h2>
      <TextQuestion
        label={t('complete.label')}
        help={t(isKeyOpen ? 'complete.help' : 'key.first')}
        verb={t('complete.read')}
        acting={reading}
        isLong
        onAnswer={async (text) =>
          setRead({ ...(await worker().call('registrar.read-certificate', { text })), text })
        }
      />
      {read !== null && (
        <Sign
          read={read}
          onClose={() => setRead(null)}
          onNext={(registry) => {
            setRead(null);
            onNext(registry);
          }}
        />
      )}
    </section>
  );
}

interface SignProps {
  readonly read: Read;
  readonly onClose: () => void;
  readonly onNext: (registry: Registry) => void;
}

function Sign({ read, onClose, onNext }: SignProps) {
  const t = useMessages();
  const language = useLanguage();
  const acting = useAct();
  const { personId, text, isReinstated, until } = read;
  const run = async (): Promise<void> => {
    const action = isReinstated ? 'person.reinstate' : 'person.certify';
    const complete = async () => worker().call('registrar.complete-certificate', { text });
    onNext(await inPresence({ action, objectId: personId }, complete));
  };
  return (
    <ActDialog
      title={t(isReinstated ? 'complete.reinstate' : 'complete.renew')}
      effect={t('complete.effect')}
      verb={t('complete.act')}
      acting={acting}
      onConfirm={() => acting.act(run)}
      onClose={onClose}
    >
      <p className="lead">{read.name ?? t('vouching.no-name')}</p>
      <CardFacts about={read} />
      <p>{t('people.until', { when: formatDate(language, until) })}</p>
    </ActDialog>
  );
}
