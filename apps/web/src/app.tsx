import { lazy, Suspense } from 'react';

import { AccountBar } from './components/frame/account-bar.js';
import { ActProblem } from './components/act-problem.js';
import { ErrorBoundary } from './components/error-boundary.js';
import { Frame } from './components/frame/frame.js';
import { ReleaseGate } from './components/release-notice.js';
import { useMessages } from './i18n/use-messages.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { ConnectionNotice } from './pages/arrival/connection-notice.js';
import { LockedPage } from './pages/arrival/locked-page.js';
import { SignInPage } from './pages/arrival/sign-in-page.js';
import { useRoute, useRouteId, type Route } from './routes.js';
import { isPartner } from './state/roles.js';
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
const ActivityPage = lazy(async () => {
  const { ActivityPage: page } = await import('./pages/own/activity-page.js');
  return { default: page };
});
const AuditPage = lazy(async () => {
  const { AuditPage: page } = await import('./pages/audit/audit-page.js');
  return { default: page };
});
const ViewsPage = lazy(async () => {
  const { ViewsPage: page } = await import('./pages/audit/views-page.js');
  return { default: page };
});
const IntegrityPage = lazy(async () => {
  const { IntegrityPage: page } = await import('./pages/audit/integrity-page.js');
  return { default: page };
});
const CasesPage = lazy(async () => {
  const { CasesPage: page } = await import('./pages/cases/cases-page.js');
  return { default: page };
});
const CasePage = lazy(async () => {
  const { CasePage: page } = await import('./pages/case/case-page.js');
  return { default: page };
});
const ThreadPage = lazy(async () => {
  const { ThreadPage: page } = await import('./pages/threads/thread-page.js');
  return { default: page };
});
const AskPage = lazy(async () => {
  const { AskPage: page } = await import('./pages/information/ask-page.js');
  return { default: page };
});
const RequestsPage = lazy(async () => {
  const { RequestsPage: page } = await import('./pages/requests/requests-page.js');
  return { default: page };
});
const EditPage = lazy(async () => {
  const { EditPage: page } = await import('./pages/requests/edit-page.js');
  return { default: page };
});
const DirectoryPage = lazy(async () => {
  const { DirectoryPage: page } = await import('./pages/directory/directory-page.js');
  return { default: page };
});
const ApprovalsPage = lazy(async () => {
  const { ApprovalsPage: page } = await import('./pages/directory/approvals-page.js');
  return { default: page };
});
const OffencesPage = lazy(async () => {
  const { OffencesPage: page } = await import('./pages/law/offences-page.js');
  return { default: page };
});
const SharePage = lazy(async () => {
  const { SharePage: page } = await import('./pages/sharing/share-page.js');
  return { default: page };
});
const FormalPage = lazy(async () => {
  const { FormalPage: page } = await import('./pages/formal/formal-page.js');
  return { default: page };
});
const BoardPage = lazy(async () => {
  const { BoardPage: page } = await import('./pages/board/board-page.js');
  return { default: page };
});
const OpinionPage = lazy(async () => {
  const { OpinionPage: page } = await import('./pages/opinions/opinion-page.js');
  return { default: page };
});
const SettingsPage = lazy(async () => {
  const { SettingsPage: page } = await import('./pages/own/settings-page.js');
  return { default: page };
});
const SearchPage = lazy(async () => {
  const { SearchPage: page } = await import('./pages/search/search-page.js');
  return { default: page };
});
const RecoverPage = lazy(async () => {
  const { RecoverPage: page } = await import('./pages/recovery/recover-page.js');
  return { default: page };
});
const RegistryPage = lazy(async () => {
  const { RegistryPage: page } = await import('./pages/registrar/registry-page.js');
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
  if (workspace.kind === 'locked') return <LockedPage {...workspace} />;
  if (route === 'about') return <AboutPage />;
  if (route === 'not-found') return <NotFoundPage />;
  if (workspace.kind !== 'signed-in') {
    if (route === 'recover') return <RecoverPage />;
    return route === 'enrol' ? <EnrolPage /> : <SignInPage />;
  }
  const { account, look } = workspace;
  if (route === 'sessions') return <SessionsPage account={account} />;
  if (route === 'settings') return <SettingsPage />;
  const roles = rolesOf(workspace);
  return (
    (isPartner(roles) ? partnerPage(route, { id, roles, state: account.state }) : null) ??
    pageOfRole(route, { roles, state: account.state }) ?? (
      // Before the directory was read nobody knows the roles; the home page says how far that is.
      <HomePage account={account} look={look} looking={looking} vault={vault} />
    )
  );
}

/** What everybody sees who takes part in threads. */
function partnerPage(
  route: Route,
  about: { readonly id: string; readonly roles: readonly string[]; readonly state: string },
) {
  const { id } = about;
  if (route === 'cases') return <CasesPage />;
  if (route === 'case') return <CasePage key={id} caseId={id} />;
  if (route === 'case-ask') return <AskPage key={id} caseId={id} />;
  if (route === 'search') return <SearchPage />;
  if (route === 'thread') return <ThreadPage key={id} threadId={id} />;
  return requestPage(route, about);
}

function requestPage(
  route: Route,
  {
    id,
    roles,
    state,
  }: { readonly id: string; readonly roles: readonly string[]; readonly state: string },
) {
  if (route === 'requests') return <RequestsPage />;
  if (route === 'requests-board') return <BoardPage own={state} roles={roles} />;
  if (route === 'request-edit') return <EditPage key={id} requestId={id} />;
  if (route === 'request-share') return <SharePage key={id} requestId={id} />;
  if (route === 'request-formal') return <FormalPage key={id} requestId={id} />;
  if (route === 'request-opinion') return <OpinionPage key={id} requestId={id} roles={roles} />;
  return null;
}

function pageOfRole(
  route: Route,
  { roles, state }: { readonly roles: readonly string[]; readonly state: string },
) {
  if (roles.length === 0) return null;
  if (route === 'activity') return <ActivityPage />;
  if (route === 'offences') return <OffencesPage own={state} />;
  if (route === 'directory') return <DirectoryPage own={state} />;
  if (route === 'approvals' && roles.includes('chancellery-approver')) return <ApprovalsPage />;
  if (route === 'registry' && roles.includes('registrar')) return <RegistryPage />;
  return auditPage(route, roles.includes('auditor'));
}

function auditPage(route: Route, isAuditor: boolean) {
  if (route === 'audit-integrity') return <IntegrityPage isAuditor={isAuditor} />;
  if (route === 'audit' && isAuditor) return <AuditPage />;
  return route === 'audit-views' && isAuditor ? <ViewsPage /> : null;
}
