import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useAct } from '../../state/use-act.js';
import { reopen, signedIn, worker } from '../../state/workspace.js';

/** Enters as somebody invented, with the key that the demo left for the browser. */
export function DemoEntry({ slug, verb }: { readonly slug: string; readonly verb: string }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const enter = async (): Promise<void> => {
    await reopen();
    signedIn(await worker().call('demo.enter', { slug }));
  };
  return (
    <>
      <Button className="button button-plain" isDisabled={isBusy} onPress={() => act(enter)}>
        {verb}
      </Button>
      {isBusy && <p className="waiting">{t('demo.entering')}</p>}
      <ActProblem problem={problem} />
    </>
  );
}
