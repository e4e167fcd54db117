import { useId, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';

/** What of the header stands behind a button where the page is narrow; everywhere else it is always shown. */
export function BarMenu({ children }: { readonly children: ReactNode }) {
  const t = useMessages();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        className="button button-header bar-menu-button"
        aria-expanded={isOpen}
        aria-controls={id}
        onPress={() => setOpen(!isOpen)}
      >
        {t(isOpen ? 'frame.menu.close' : 'frame.menu')}
      </Button>
      <div id={id} className="bar-menu" data-open={isOpen || undefined}>
        {children}
      </div>
    </>
  );
}
