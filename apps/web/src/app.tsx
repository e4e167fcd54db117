import { lazy, Suspense } from 'react';

import { ErrorBoundary } from './components/error-boundary.js';
import { Frame } from './components/frame.js';
import { useMessages } from './i18n/use-messages.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { SignInPage } from './pages/arrival/sign-in-page.js';
import { useRoute, type Route } from './routes.js';

const AboutPage = lazy(async () => {
  const { AboutPage: page } = await import('./pages/about/about-page.js');
  return { default: page };
});

const PAGES = {
  'sign-in': SignInPage,
  about: AboutPage,
  'not-found': NotFoundPage,
} satisfies Record<Route, unknown>;

export function App() {
  const route = useRoute();
  const t = useMessages();
  const Page = PAGES[route];
  return (
    <Frame route={route}>
      <ErrorBoundary key={route}>
        <Suspense fallback={<p className="waiting">{t('frame.loading')}</p>}>
          <Page />
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}
