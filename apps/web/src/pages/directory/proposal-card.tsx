import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { Fact } from '../../components/fact.js';
import { WordsField } from '../../components/words-field.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ContactProposals } from '../../protocol/operations.js';
import { formatDate } from '../../state/format.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CardWords } from './card-words.js';
import { useContactName, useDuties } from './contact-facts.js';

/** How long the word of the ministry may hold. In days. */
const TERMS = ['365', '182', '91'] as const;
type Term = (typeof TERMS)[number];
/** What the office reads; the server takes as much. In characters. */
const REASON = { least: 3, most: 500 } as const;
const ACTS = ['approve', 'reject'] as const;

interface ProposalProps {
  readonly proposal: ContactProposals['open'][number];
  readonly onDone: () => void;
}

/** A contact that an office proposed, with what is different from the one before. */
export function ProposalCard({ proposal, onDone }: ProposalProps) {
  const t = useMessages();
  const name = useContactName()(proposal);
  const [act, setAct] = useState<(typeof ACTS)[number] | null>(null);
  return (
    <li className="card">
      <h3>{name}</h3>
      <ProposalWords proposal={proposal} />
      {ACTS.map((one) => (
        <Button
          key={one}
          className="button button-plain"
          aria-label={t('act.about', { act: t(`approvals.${one}.open`), name })}
          onPress={() => setAct(one)}
        >
          {t(`approvals.${one}.open`)}
        </Button>
      ))}
      {act !== null && (
        <SettleDialog act={act} proposal={proposal} onDone={onDone} onClose={() => setAct(null)} />
      )}
    </li>
  );
}

function ProposalWords({ proposal }: Pick<ProposalProps, 'proposal'>) {
  const t = useMessages();
  const language = useLanguage();
  const say = useBilingual();
  const words = useDuties();
  const { before, duties, office, card } = proposal;
  return (
    <>
      <p className="notice">
        {before === null
          ? t('approvals.new')
          : t('approvals.instead', {
              duties: words(before.duties),
              until: formatDate(language, before.until),
            })}
      </p>
      <dl className="facts">
        <Fact name={t('directory.office')}>{say(office)}</Fact>
        <Fact name={t('directory.duties')}>{words(duties)}</Fact>
      </dl>
      <CardWords card={card} />
    </>
  );
}

function SettleDialog({
  act,
  proposal,
  onDone,
  onClose,
}: ProposalProps & { readonly act: (typeof ACTS)[number]; readonly onClose: () => void }) {
  const t = useMessages();
  const acting = useAct();
  const [term, setTerm] = useState<Term>('365');
  const [reason, setReason] = useState('');
  const [isRefused, setRefused] = useState(false);
  const isUnsaid = act === 'reject' && reason.trim().length < REASON.least;
  const { contactId, seen } = proposal;
  const about = { contactId, seen };
  const settle = async (): Promise<void> => {
    await inPresence({ action: `contact.${act}`, objectId: contactId }, async () =>
      act === 'approve'
        ? worker().call('contact.approve', { ...about, days: Number(term) })
        : worker().call('contact.reject', { ...about, reason }),
    );
    onDone();
    onClose();
  };
  return (
    <ActDialog
      title={t(`approvals.${act}.title`)}
      effect={t(`approvals.${act}.effect`)}
      verb={t(`approvals.${act}.act`)}
      acting={acting}
      onConfirm={() => (isUnsaid ? setRefused(true) : acting.act(settle))}
      onClose={onClose}
    >
      <ProposalWords proposal={proposal} />
      {act === 'approve' ? (
        <ChoiceField
          label={t('approvals.term')}
          codes={TERMS}
          word={(code) => t(`approvals.days.${code}`)}
          value={term}
          onChange={setTerm}
        />
      ) : (
        <WordsField
          label={t('approvals.reason')}
          demand={{
            help: t('approvals.reason.help'),
            missing:
              isRefused && isUnsaid ? t('approvals.reason.missing', { least: REASON.least }) : null,
            most: REASON.most,
          }}
          value={reason}
          onChange={setReason}
        />
      )}
    </ActDialog>
  );
}
