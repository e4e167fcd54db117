import { useRef, type ReactNode } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf, type Route } from '../../routes.js';
import { BarMenu } from './bar-menu.js';
import { LanguageSwitch } from './language-switch.js';

/** Header, landmarks and footer of every page. */
export function Frame({
  route,
  account,
  children,
}: {
  readonly route: Route;
  /** What a person who has signed in finds in the header; null before. */
  readonly account: ReactNode;
  readonly children: ReactNode;
}) {
  const t = useMessages();
  const main = useRef<HTMLElement>(null);
  return (
    <>
      {/* A button, not a link: a fragment would be a route. */}
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t('frame.skip')}
      </button>
      <header className="bar">
        <div className="bar-row">
          <a className="brand" href={hrefOf('sign-in')}>
            <BrandMark />
            <span className="brand-name">Enlace</span>
            <span className="brand-tagline">{t('frame.tagline')}</span>
          </a>
          {account === null ? (
            <LanguageSwitch />
          ) : (
            // Closed again on the next page.
            <BarMenu key={route}>
              <LanguageSwitch />
              {account}
            </BarMenu>
          )}
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer className="foot">
        <a href={hrefOf(route === 'about' ? 'sign-in' : 'about')}>
          {t(route === 'about' ? 'frame.sign-in' : 'frame.about')}
        </a>
      </footer>
    </>
  );
}

function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 48 32" aria-hidden="true" focusable="false">
      <rect x="3" y="6" width="28" height="20" rx="10" />
      <path d="M26 6h9a10 10 0 0 1 0 20h-9" />
    </svg>
  );
}
