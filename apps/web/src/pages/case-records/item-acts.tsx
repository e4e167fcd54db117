import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';

interface ItemActsProps {
  /** What the item is called, for whoever does not see where the buttons stand. */
  readonly name: string;
  readonly isBusy: boolean;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
  /** Left out at an end, and where the order says nothing. */
  readonly onUp?: (() => void) | undefined;
  readonly onDown?: (() => void) | undefined;
}

/** What may be done with one item of a list. */
export function ItemActs({ name, isBusy, onEdit, onRemove, onUp, onDown }: ItemActsProps) {
  const t = useMessages();
  const isOffline = useIsOffline();
  const acts = [
    ['edit', onEdit],
    ['up', onUp],
    ['down', onDown],
    ['remove', onRemove],
  ] as const;
  return (
    <div className="acts">
      {acts.map(
        ([act, onAct]) =>
          onAct !== undefined && (
            <Button
              key={act}
              className="button button-plain"
              isDisabled={isBusy || isOffline}
              aria-label={t(`case.item.${act}.named`, { name })}
              onPress={onAct}
            >
              {t(`case.item.${act}`)}
            </Button>
          ),
      )}
    </div>
  );
}
