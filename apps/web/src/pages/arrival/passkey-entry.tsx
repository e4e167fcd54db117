import { isDomainError } from '@enlace/kernel';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import { showPasskey } from '../../state/passkey.js';
import { useAct } from '../../state/use-act.js';
import { reopen, signedIn, worker } from '../../state/workspace.js';

/** The one button of a sign-in: no name, no password. Where no server answers it opens what this browser holds. */
export function PasskeyEntry({ verb }: { readonly verb: string }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const enter = async (): Promise<void> => {
    await reopen();
    try {
      await show('session.ask', 'session.open');
    } catch (error) {
      if (!isDomainError(error, 'client.unreachable')) throw error;
      await show('session.ask-here', 'session.open-here');
    }
  };
  return (
    <>
      <Button className="button button-main" isDisabled={isBusy} onPress={() => act(enter)}>
        {verb}
      </Button>
      {isBusy && <p className="waiting">{t('sign-in.waiting')}</p>}
      <ActProblem problem={problem} />
    </>
  );
}

async function show(
  asking: 'session.ask' | 'session.ask-here',
  opening: 'session.open' | 'session.open-here',
): Promise<void> {
  const shown = await showPasskey(await worker().call(asking, {}));
  const { prf } = shown;
  signedIn(await worker().call(opening, shown, prf === null ? [] : [prf]));
}
