import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ShownRequest } from '../../protocol/operations.js';
import { hrefOf, hrefOfRequest, type RequestAct } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

const ACTS = ['edit', 'share', 'opinion', 'formal'] as const satisfies readonly RequestAct[];

/** Where one can go with a request: only the opinion is open to the State that is asked. */
export function RequestPlaces({
  requestId,
  act,
  kind,
}: {
  readonly requestId: string;
  readonly act: RequestAct;
  readonly kind: ShownRequest['held']['kind'];
}) {
  const t = useMessages();
  const acts = kind === 'draft' ? ACTS : (['opinion'] as const);
  return (
    <nav className="places" aria-label={t('requests.places')}>
      <a href={hrefOf('requests')}>{t('requests.back')}</a>
      {acts.map((one) => (
        <a
          key={one}
          href={hrefOfRequest(requestId, one)}
          aria-current={one === act ? 'page' : undefined}
        >
          {t(`requests.place.${one}`)}
        </a>
      ))}
    </nav>
  );
}

/** What was shared stays as it is: to go on writing, the request is a draft again. */
export function BackToDraft({
  requestId,
  onDone,
}: {
  readonly requestId: string;
  readonly onDone: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const isOffline = useIsOffline();
  return (
    <>
      <ActProblem problem={acting.problem} />
      <Button
        className="button button-plain"
        isDisabled={acting.isBusy || isOffline}
        onPress={() =>
          acting.act(async () => {
            const step = { requestId, to: 'draft', formalReference: null, reason: null } as const;
            await worker().call('request.step', step);
            onDone();
          })
        }
      >
        {t('requests.to-draft')}
      </Button>
    </>
  );
}
