import { lazy } from 'react';

import type { Route } from '../routes.js';
import { isPartner } from '../state/roles.js';

const CasesPage = lazy(async () => {
  const { CasesPage: page } = await import('./cases/cases-page.js');
  return { default: page };
});
const CasePage = lazy(async () => {
  const { CasePage: page } = await import('./case/case-page.js');
  return { default: page };
});
const ThreadPage = lazy(async () => {
  const { ThreadPage: page } = await import('./threads/thread-page.js');
  return { default: page };
});
const AskPage = lazy(async () => {
  const { AskPage: page } = await import('./information/ask-page.js');
  return { default: page };
});
const RequestsPage = lazy(async () => {
  const { RequestsPage: page } = await import('./requests/requests-page.js');
  return { default: page };
});
const EditPage = lazy(async () => {
  const { EditPage: page } = await import('./requests/edit-page.js');
  return { default: page };
});
const SharePage = lazy(async () => {
  const { SharePage: page } = await import('./sharing/share-page.js');
  return { default: page };
});
const FormalPage = lazy(async () => {
  const { FormalPage: page } = await import('./formal/formal-page.js');
  return { default: page };
});
const BoardPage = lazy(async () => {
  const { BoardPage: page } = await import('./board/board-page.js');
  return { default: page };
});
const OpinionPage = lazy(async () => {
  const { OpinionPage: page } = await import('./opinions/opinion-page.js');
  return { default: page };
});
const SearchPage = lazy(async () => {
  const { SearchPage: page } = await import('./search/search-page.js');
  return { default: page };
});

/** What everybody sees who takes part in threads; null for everybody else. */
export function pageOfPartner(
  route: Route,
  about: { readonly id: string; readonly roles: readonly string[]; readonly state: string },
) {
  const { id, roles } = about;
  if (!isPartner(roles)) return null;
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
