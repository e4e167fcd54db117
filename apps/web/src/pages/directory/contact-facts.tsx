import { Fact } from '../../components/fact.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { StateContacts } from '../../protocol/operations.js';
import { formatDate } from '../../state/format.js';

export type ShownContact = StateContacts['contacts'][number];
const DUTIES = ['focal-point-smuggling', 'urgent-24x7', 'victims', 'borders'] as const;
const INSTRUMENT = /^mla:(?<instrument>.+)$/u;

/** The name of whoever is to be called; of an office, its own. */
export function useContactName(): (contact: Pick<ShownContact, 'person' | 'office'>) => string {
  const t = useMessages();
  const say = useBilingual();
  return ({ person, office }) =>
    person === null ? say(office) : (person.name ?? t('vouching.no-name'));
}

/** What a contact is for, in words. */
export function useDuties(): (duties: readonly string[]) => string {
  const t = useMessages();
  const word = (duty: string): string => {
    const known = DUTIES.find((one) => one === duty);
    if (known !== undefined) return t(`duty.${known}`);
    const instrument = INSTRUMENT.exec(duty)?.groups?.['instrument'] ?? duty;
    return t('duty.mla', { instrument });
  };
  return (duties) => duties.map(word).join('; ');
}

/** Of which office, for what, and whose word that is until when. */
export function ContactFacts({ contact }: { readonly contact: ShownContact }) {
  const t = useMessages();
  const language = useLanguage();
  const say = useBilingual();
  const duties = useDuties();
  const { office, person, approvedUntil, confirmedUntil } = contact;
  return (
    <dl className="facts">
      {person !== null && <Fact name={t('directory.office')}>{say(office)}</Fact>}
      {person?.title != null && <Fact name={t('directory.post')}>{say(person.title)}</Fact>}
      <Fact name={t('directory.duties')}>{duties(contact.duties)}</Fact>
      <Fact name={t('directory.approved')}>{formatDate(language, approvedUntil)}</Fact>
      <Fact name={t('directory.confirmed')}>
        {confirmedUntil === null
          ? t('directory.never-confirmed')
          : formatDate(language, confirmedUntil)}
      </Fact>
    </dl>
  );
}
