import { lazy, Suspense } from 'react';

import { AccountBar } from './components/account-bar.js';
import { ActProblem } from './components/act-problem.js';
import { ErrorBoundary } from './components/error-boundary.js';
import { Frame } from './components/frame.js';
import { useMessages } from './i18n/use-messages.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { LockedPage } from './pages/arrival/locked-page.js';
import { SignInPage } from './pages/arrival/sign-in-page.js';
import { useRoute, type Route } from './routes.js';
import { useIdleLock } from './state/idle-lock.js';
import { useAct } from './state/use-act.js';
import { lock, signOut, useWorkspaceState, type Workspace } from './state/workspace.js';

const AboutPage = lazy(async () => {
  const { AboutPage: page } = await import('./pages/about/about-page.js');
  return { default: page };
});
const EnrolPage = lazy(async () => {
  const { EnrolPage: page } = await import('./pages/arrival/enrol-page.js');
  return { default: page };
});
const HomePage = lazy(async () => {
  const { HomePage: page } = await import('./pages/own/home-page.js');
  return { default: page };
});
const SessionsPage = lazy(async () => {
  const { SessionsPage: page } = await import('./pages/own/sessions-page.js');
  return { default: page };
});

export function App() {
  const route = useRoute();
  const t = useMessages();
  const workspace = useWorkspaceState();
  const isIdle = useIdleLock();
  const leaving = useAct();
  return (
    <Frame
      route={route}
      account={
        workspace.kind === 'signed-in' && (
          <AccountBar
            route={route}
            isBusy={leaving.isBusy}
            onLock={() => lock('asked')}
            onSignOut={() => leaving.act(signOut)}
          />
        )
      }
    >
      <div role="alert">{isIdle && <p className="notice">{t('locked.warning')}</p>}</div>
      <ActProblem problem={workspace.kind === 'signed-in' ? leaving.problem : null} />
      <ErrorBoundary key={`${route}/${workspace.kind === 'signed-in'}`}>
        <Suspense fallback={<p className="waiting">{t('frame.loading')}</p>}>
          <CurrentPage route={route} workspace={workspace} />
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}

function CurrentPage({
  route,
  workspace,
}: {
  readonly route: Route;
  readonly workspace: Workspace;
}) {
  if (workspace.kind === 'locked') return <LockedPage {...workspace} />;
  if (route === 'about') return <AboutPage />;
  if (route === 'not-found') return <NotFoundPage />;
  if (workspace.kind === 'signed-in') {
    const { account } = workspace;
    return route === 'sessions' ? (
      <SessionsPage account={account} />
    ) : (
      <HomePage account={account} />
    );
  }
  return route === 'enrol' ? <EnrolPage /> : <SignInPage />;
}
