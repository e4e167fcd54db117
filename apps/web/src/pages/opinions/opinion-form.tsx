import type { JsonObject } from '@enlace/kernel';
import { readAnswers } from '@enlace/mla';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActForm } from '../../components/act-form.js';
import { KeptLine } from '../../components/kept-line.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf, SharedVersion } from '../../protocol/operations.js';
import { useIsOffline } from '../../state/connection.js';
import { useKept, type KeptPlace } from '../../state/keeping/use-kept.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { documentOf } from '../sharing/use-reading.js';
import { AskedLines } from './asked-lines.js';
import { OpinionFields } from './opinion-fields.js';
import { OpinionView } from './opinion-view.js';
import { answersOf, isUnwritten, measuresOf, UNWRITTEN, type WrittenOpinion } from './writing.js';

/** Fifteen questions to a prosecutor of the State that is asked; what will be signed is shown before it is. */
export function OpinionForm({
  requestId,
  version: { threadId, version, text, asked },
  onGiven,
}: {
  readonly requestId: string;
  readonly version: SharedVersion;
  readonly onGiven: (next: ResultOf<'request.versions'>) => void;
}) {
  const t = useMessages();
  const { value: written, keptAt, change } = useKept(useOpinionPlace(requestId));
  const [isReviewed, setReviewed] = useState(false);
  const measures = measuresOf(documentOf(text));
  const given = answersOf(written, measures);
  return (
    <section className="card" aria-labelledby="opine">
      <h2 id="opine">{t('requests.opine.title', { version })}</h2>
      {isReviewed ? (
        <Signing
          place={{ requestId, threadId, version }}
          given={given}
          onBack={() => setReviewed(false)}
          onGiven={(next) => {
            change(UNWRITTEN);
            setReviewed(false);
            onGiven(next);
          }}
        />
      ) : (
        <>
          <p>{t('requests.opine.intro')}</p>
          <AskedLines asked={asked} />
          <OpinionFields
            measures={measures}
            asked={asked.questions}
            written={written}
            onChange={change}
          />
          <KeptLine keptAt={keptAt} />
          <Reviewing given={given} onReview={() => setReviewed(true)} />
        </>
      )}
    </section>
  );
}

/** One for each request: what was answered on a version is still there when a newer one comes. */
function useOpinionPlace(requestId: string): KeptPlace<WrittenOpinion> {
  return useMemo(
    () => ({
      nothing: UNWRITTEN,
      isNothing: isUnwritten,
      load: async () => worker().call('request.opinion-draft', { requestId }),
      keep: async (draft) => worker().call('request.keep-opinion', { requestId, draft }),
    }),
    [requestId],
  );
}

/** How much is answered, and whether the model takes it. */
function Reviewing({
  given,
  onReview,
}: {
  readonly given: JsonObject;
  readonly onReview: () => void;
}) {
  const t = useMessages();
  const [isRefused, setRefused] = useState(false);
  const { answers } = given;
  const count = Array.isArray(answers) ? answers.length : 0;
  const isWhole = readAnswers(given).kind === 'opinion';
  return (
    <>
      <output className="soft">{t('requests.opine.count', { count })}</output>
      {isRefused && !isWhole && count > 0 && (
        <p className="notice notice-problem" role="alert">
          {t('requests.opine.wrong')}
        </p>
      )}
      <Button
        className="button button-main"
        isDisabled={count === 0}
        onPress={() => (isWhole ? onReview() : setRefused(true))}
      >
        {t('requests.opine.review')}
      </Button>
    </>
  );
}

function Signing({
  place,
  given,
  onBack,
  onGiven,
}: {
  readonly place: {
    readonly requestId: string;
    readonly threadId: string;
    readonly version: number;
  };
  readonly given: JsonObject;
  readonly onBack: () => void;
  readonly onGiven: (next: ResultOf<'request.versions'>) => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const read = readAnswers(given);
  return (
    <>
      <h3>{t('requests.opine.preview')}</h3>
      <p className="notice">{t('requests.opinion.informal')}</p>
      {read.kind === 'opinion' && <OpinionView opinion={read.opinion} />}
      <Button className="button button-plain" isDisabled={acting.isBusy} onPress={onBack}>
        {t('requests.opine.back')}
      </Button>
      <ActForm
        acting={acting}
        verb={t('requests.opine.sign')}
        waiting={t('requests.opine.waiting')}
        isReady={!isOffline}
        onAct={async () =>
          onGiven(await worker().call('request.opine', { ...place, text: JSON.stringify(given) }))
        }
      >
        {null}
      </ActForm>
    </>
  );
}
