import { lazy, Suspense } from 'react';

import { AccountBar } from './components/frame/account-bar.js';
import { ActProblem } from './components/act-problem.js';
import { ErrorBoundary } from './components/error-boundary.js';
import { Frame } from './components/frame/frame.js';
import { ReleaseGate } from './components/release-notice.js';
import { useMessages } from './i18n/use-messages.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { ConnectionNotice } from './pages/arrival/connection-notice.js';
import { ClosedPage } from './pages/arrival/closed-page.js';
import { SignInPage } from './pages/arrival/sign-in-page.js';
import { pageOfRole } from './pages/page-of-role.js';
import { useRoute, useRouteId, type Route } from './routes.js';
import { useIsOffline } from './state/connection.js';
import { useIdleLock } from './state/idle-lock.js';
import { useSessionWatch } from './state/session-watch.js';
import { useAct } from './state/use-act.js';
import { useKeptVault, type KeptVault } from './state/use-kept-vault.js';
import { useLook, type Looking } from './state/use-look.js';
import { signOut, useWorkspaceState, type Workspace } from './state/workspace.js';

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
const SettingsPage = lazy(async () => {
  const { SettingsPage: page } = await import('./pages/own/settings-page.js');
  return { default: page };
});
const RecoverPage = lazy(async () => {
  const { RecoverPage: page } = await import('./pages/recovery/recover-page.js');
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
  useSessionWatch(workspace.kind === 'signed-in');
  const isOffline = useIsOffline();
  const looking = useLook(workspace);
  const vault = useKeptVault(workspace);
  const leaving = useAct();
  return (
    <Frame
      route={route}
      account={
        workspace.kind === 'signed-in' ? (
          <AccountBar
            route={route}
            roles={rolesOf(workspace)}
            isBusy={leaving.isBusy || isOffline}
            onSignOut={() => leaving.act(signOut)}
          />
        ) : null
      }
    >
      <div role="alert">
        {workspace.kind === 'signed-in' && workspace.account.demo !== null && (
          <p className="notice banner">{t('demo.banner')}</p>
        )}
        {isIdle && <p className="notice">{t('locked.warning')}</p>}
      </div>
      <ConnectionNotice account={workspace.kind === 'signed-in' ? workspace.account : null} />
      <ActProblem problem={workspace.kind === 'signed-in' ? leaving.problem : null} />
      <ActProblem problem={vault.problem} />
      <ErrorBoundary key={`${route}/${workspace.kind === 'signed-in'}`}>
        <Suspense fallback={<p className="waiting">{t('frame.loading')}</p>}>
          <ReleaseGate>
            <CurrentPage route={route} workspace={workspace} looking={looking} vault={vault} />
          </ReleaseGate>
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}

/** By the own directory; before it was read nobody knows. */
function rolesOf(workspace: Workspace): readonly string[] {
  const look = workspace.kind === 'signed-in' ? workspace.look : null;
  return look?.kind === 'sound' ? look.roles : [];
}

function CurrentPage({
  route,
  workspace,
  looking,
  vault,
}: {
  readonly route: Route;
  readonly workspace: Workspace;
  readonly looking: Looking;
  readonly vault: KeptVault;
}) {
  const id = useRouteId();
  if (workspace.kind === 'locked' || workspace.kind === 'leaving') {
    return <ClosedPage workspace={workspace} />;
  }
  if (route === 'about') return <AboutPage />;
  if (route === 'not-found') return <NotFoundPage />;
  if (workspace.kind !== 'signed-in') {
    if (route === 'recover') return <RecoverPage />;
    return route === 'enrol' ? <EnrolPage /> : <SignInPage />;
  }
  const { account, look } = workspace;
  if (route === 'sessions') return <SessionsPage account={account} />;
  if (route === 'settings') return <SettingsPage account={account} vault={vault} />;
  const roles = rolesOf(workspace);
  return (
    pageOfRole(route, { id, roles, state: account.state }) ?? (
      // Before the directory was read nobody knows the roles; the home page says how far that is.
      <HomePage account={account} look={look} looking={looking} vault={vault} />
    )
  );
}
