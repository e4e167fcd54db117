import { useState } from 'react';

import { ActForm } from '../../components/act-form.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { hrefOfRequest } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { today } from '../requests/use-check.js';
import { AskedFields, askedIn, isAhead, NOTHING_ASKED } from './asked-fields.js';
import { NEW, PlaceFields } from './place-fields.js';
import type { Ticked } from './ticks.js';

/** What would travel, and what was ticked for it. */
type Preview = ResultOf<'request.preview'> & { readonly ticked: Ticked };

/** Who will see it, whether what was shown was read, and the act itself. */
export function ShareForm({
  requestId,
  requestedState,
  preview: { sha256, threads, ticked },
}: {
  readonly requestId: string;
  readonly requestedState: string;
  readonly preview: Preview;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  const [into, setInto] = useState(threads[0]?.threadId ?? NEW);
  const [personId, setPerson] = useState('');
  const [asking, setAsking] = useState(NOTHING_ASKED);
  const [isRead, setRead] = useState(false);
  const share = async (): Promise<void> => {
    const place =
      into === NEW
        ? ({ kind: 'new-thread', personId } as const)
        : ({ kind: 'thread', threadId: into } as const);
    const asked = askedIn(asking);
    const about = { requestId, today: today(), ticked, sha256, asked };
    await worker().call('request.share', { ...about, into: place });
    location.hash = hrefOfRequest(requestId, 'opinion');
  };
  return (
    <section className="card" aria-labelledby="share-act">
      <h2 id="share-act">{t('requests.share.with', { state: requestedState })}</h2>
      <ActForm
        acting={acting}
        verb={t('requests.share.act', { state: requestedState })}
        waiting={t('requests.share.waiting')}
        isReady={!isOffline && isRead && isAhead(asking) && (into !== NEW || personId !== '')}
        onAct={share}
      >
        <PlaceFields
          state={requestedState}
          threads={threads}
          place={{ into, personId }}
          onChange={(next) => {
            setInto(next.into);
            setPerson(next.personId);
          }}
        />
        <AskedFields asking={asking} onChange={setAsking} />
        <p>{t('requests.share.effect', { state: requestedState })}</p>
        <label className="choice">
          <input
            type="checkbox"
            checked={isRead}
            onChange={(event) => setRead(event.target.checked)}
          />
          {t('requests.share.confirm')}
        </label>
      </ActForm>
    </section>
  );
}
