import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../i18n/use-messages.js';
import { ProblemNotice } from './problem-notice.js';

/** What stands in the place of a page's content while this page has no store to work with. */
export type GateState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'failed'; readonly code: string };

/** Says why the page cannot work yet, and offers the one act that changes it. */
export function WorkspaceGate({
  state,
  onRetry,
  onTakeOver,
}: {
  readonly state: GateState;
  readonly onRetry: () => void;
  readonly onTakeOver: () => void;
}): ReactNode {
  const t = useMessages();
  if (state.kind === 'starting') return <p className="waiting">{t('gate.starting')}</p>;
  if (state.kind === 'failed') return <ProblemNotice code={state.code} onRetry={onRetry} />;
  return (
    <div className="notice gate">
      <p>{t('gate.elsewhere')}</p>
      <Button className="button button-plain" onPress={onTakeOver}>
        {t('gate.take-over')}
      </Button>
    </div>
  );
}
