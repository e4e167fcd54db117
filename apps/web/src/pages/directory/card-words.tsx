import { Fact } from '../../components/fact.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ContactProposals } from '../../protocol/operations.js';

const LINES = ['displayName', 'phone', 'email', 'hours', 'substitute'] as const;

/** The card of a contact: only what its office wrote. */
export function CardWords({ card }: { readonly card: ContactProposals['open'][number]['card'] }) {
  const t = useMessages();
  const say = useBilingual();
  return (
    <dl className="facts">
      <Fact name={t('card.function')}>{say(card.function)}</Fact>
      {card.languages.length > 0 && (
        <Fact name={t('card.languages')}>{card.languages.join(', ')}</Fact>
      )}
      {LINES.map((line) =>
        card[line] === null ? null : (
          <Fact key={line} name={t(`card.${line}`)}>
            {card[line]}
          </Fact>
        ),
      )}
    </dl>
  );
}
