import { useCallback, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { ChoiceField } from '../../components/choice-field.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ListedRequest } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { worker } from '../../state/workspace.js';
import { today } from '../requests/use-check.js';
import { useReading } from '../sharing/use-reading.js';
import { BoardCard } from './board-card.js';
import { columnsOf, type BoardReader } from './steps.js';

/** In place of a State: whichever it is. */
const ANY = 'any';

/** Where the requests of the own State stand, those that it makes and those that it has received. */
export function BoardPage(reader: BoardReader) {
  const t = useMessages();
  const [acts, setActs] = useState(0);
  const read = useCallback(async () => worker().call('request.list', { today: today() }), []);
  const { value: listed, problem } = useReading(String(acts), read);
  return (
    <div className="sheet">
      <PageHeading text={t('requests.board.title')} />
      <p>
        <a href={hrefOf('requests')}>{t('requests.back')}</a>
      </p>
      <p>{t('requests.board.visible')}</p>
      <ActProblem problem={problem} />
      {listed === null && problem === null && <p className="waiting">{t('requests.loading')}</p>}
      {listed?.length === 0 && <p>{t('requests.board.none')}</p>}
      {listed !== null && listed.length > 0 && (
        <Columns reader={reader} listed={listed} onMoved={() => setActs(acts + 1)} />
      )}
    </div>
  );
}

function Columns({
  reader,
  listed,
  onMoved,
}: {
  readonly reader: BoardReader;
  readonly listed: readonly ListedRequest[];
  readonly onMoved: () => void;
}) {
  const t = useMessages();
  const [state, setState] = useState(ANY);
  const others = [...new Set(listed.map(({ tracked }) => otherOf(tracked, reader)))].toSorted();
  const wanted = listed.filter(({ tracked }) => [ANY, otherOf(tracked, reader)].includes(state));
  return (
    <>
      <ChoiceField
        label={t('requests.board.other')}
        codes={[ANY, ...others]}
        word={(code) => (code === ANY ? t('search.any') : code)}
        value={state}
        onChange={setState}
      />
      {columnsOf(wanted).map(([status, here]) => (
        <section key={status} aria-labelledby={`at-${status}`}>
          <h2 id={`at-${status}`}>
            {t('requests.board.column', {
              status: t(`requests.board.at.${status}`),
              count: here.length,
            })}
          </h2>
          <ul className="cards">
            {here.map((one) => (
              <BoardCard
                key={one.tracked.requestId}
                listed={one}
                reader={reader}
                onMoved={onMoved}
              />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function otherOf(
  { requestingState, requestedState }: ListedRequest['tracked'],
  { own }: BoardReader,
): string {
  return requestingState === own ? requestedState : requestingState;
}
