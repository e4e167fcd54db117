import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import { showPasskey } from '../../state/passkey.js';
import { useAct } from '../../state/use-act.js';
import { reopen, signedIn, worker } from '../../state/workspace.js';

/** The one button of a sign-in: no name, no password. */
export function PasskeyEntry({ verb }: { readonly verb: string }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const enter = async (): Promise<void> => {
    await reopen();
    const shown = await showPasskey(await worker().call('session.ask', {}));
    const { prf } = shown;
    signedIn(await worker().call('session.open', shown, prf === null ? [] : [prf]));
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
