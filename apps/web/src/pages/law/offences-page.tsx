import { STATES, type State } from '@enlace/contracts';
import { factWords, offenceTable, packDifference, treatyMatrix, type Language } from '@enlace/mla';
import { useMemo, useState } from 'react';

import { PageHeading } from '../../components/page-heading.js';
import { StateChoices } from '../cases/state-choices.js';
import { useMessages } from '../../i18n/use-messages.js';
import { usePacks, type KnownPacks } from './packs.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today } from '../requests/use-check.js';
import { ComparedTable, ListedTable } from './law-tables.js';

/** Fewer are no comparison. */
const FEWEST = 2;

/** The smuggling offence of the States side by side, each law against the Protocol, and which treaties bind them. */
export function OffencesPage({ own }: { readonly own: string }) {
  const t = useMessages();
  const known = usePacks();
  const [chosen, setChosen] = useState<readonly State[]>(() => firstChoice(own));
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={t('offences.title')} />
      <p>{t('offences.intro')}</p>
      <StateChoices legend={t('offences.states')} chosen={chosen} onChange={setChosen} />
      {chosen.length < FEWEST && <p className="notice">{t('offences.too-few')}</p>}
      {known === null && <p className="waiting">{t('offences.loading')}</p>}
      {known?.isAsShipped === true && <p className="notice">{t('offences.as-shipped')}</p>}
      {known !== null && chosen.length >= FEWEST && <Tables known={known} states={chosen} />}
    </div>
  );
}

/** The own State beside its neighbours in the list: what somebody opens the page for, and no more than fits. */
function firstChoice(own: string): readonly State[] {
  const at = STATES.findIndex((state) => state === own);
  return STATES.filter((_, place) => Math.abs(place - Math.max(at, 1)) <= 1);
}

function Tables({
  known: { packs, shipped, confirmed },
  states,
}: {
  readonly known: KnownPacks;
  readonly states: readonly State[];
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  const tables = useMemo(() => {
    const request = { packs, states, language, today: today() };
    const before = { before: shipped, after: packs };
    return {
      compared: offenceTable(request),
      treaties: treatyMatrix(request),
      changes: packDifference(before, request),
    };
  }, [packs, shipped, states, language]);
  const [offences] = tables.compared;
  return (
    <>
      <p className="notice">{offences.note}</p>
      {tables.compared.map((table) => (
        <ComparedTable key={table.id} table={table} />
      ))}
      <ListedTable table={tables.treaties} />
      {confirmed.length === 0 ? (
        <p>{t('offences.none-confirmed')}</p>
      ) : (
        <ListedTable table={tables.changes} nameOf={(path) => factName(path, language)} />
      )}
    </>
  );
}

/** Whose fact it is, and which: `/countries/PA/languages` is about Panama. */
function factName(path: string, language: Language): string {
  const [, , whose = '', name = '', ...more] = path.split('/');
  return [whose, factWords(name)[language], ...more].join(' · ');
}
