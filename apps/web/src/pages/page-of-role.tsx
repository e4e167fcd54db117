import { lazy } from 'react';

import type { Route } from '../routes.js';
import { hearsAlerts } from '../state/roles.js';
import { pageOfPartner } from './page-of-partner.js';

const ActivityPage = lazy(async () => {
  const { ActivityPage: page } = await import('./own/activity-page.js');
  return { default: page };
});
const AuditPage = lazy(async () => {
  const { AuditPage: page } = await import('./audit/audit-page.js');
  return { default: page };
});
const ViewsPage = lazy(async () => {
  const { ViewsPage: page } = await import('./audit/views-page.js');
  return { default: page };
});
const ExportPage = lazy(async () => {
  const { ExportPage: page } = await import('./evidence/export-page.js');
  return { default: page };
});
const IntegrityPage = lazy(async () => {
  const { IntegrityPage: page } = await import('./audit/integrity-page.js');
  return { default: page };
});
const DirectoryPage = lazy(async () => {
  const { DirectoryPage: page } = await import('./directory/directory-page.js');
  return { default: page };
});
const ApprovalsPage = lazy(async () => {
  const { ApprovalsPage: page } = await import('./directory/approvals-page.js');
  return { default: page };
});
const OffencesPage = lazy(async () => {
  const { OffencesPage: page } = await import('./law/offences-page.js');
  return { default: page };
});
const RegistryPage = lazy(async () => {
  const { RegistryPage: page } = await import('./registrar/registry-page.js');
  return { default: page };
});
const AlertsPage = lazy(async () => {
  const { AlertsPage: page } = await import('./oversight/alerts-page.js');
  return { default: page };
});

/** What somebody sees by a role of their own; null for what is not theirs to see. */
export function pageOfRole(route: Route, about: Parameters<typeof pageOfPartner>[1]) {
  if (about.roles.length === 0) return null;
  return pageOfPartner(route, about) ?? pageOfOffice(route, about);
}

function pageOfOffice(
  route: Route,
  { roles, state }: { readonly roles: readonly string[]; readonly state: string },
) {
  if (route === 'activity') return <ActivityPage />;
  if (route === 'offences') return <OffencesPage own={state} />;
  if (route === 'directory') return <DirectoryPage own={state} />;
  if (route === 'approvals' && roles.includes('chancellery-approver')) return <ApprovalsPage />;
  if (route === 'registry' && roles.includes('registrar')) return <RegistryPage />;
  return auditPage(route, roles);
}

function auditPage(route: Route, roles: readonly string[]) {
  const isAuditor = roles.includes('auditor');
  if (route === 'audit-integrity') return <IntegrityPage isAuditor={isAuditor} />;
  if (route === 'audit-alerts' && hearsAlerts(roles)) return <AlertsPage isAuditor={isAuditor} />;
  return isAuditor ? auditorsPage(route) : null;
}

function auditorsPage(route: Route) {
  if (route === 'audit') return <AuditPage />;
  if (route === 'audit-export') return <ExportPage />;
  return route === 'audit-views' ? <ViewsPage /> : null;
}
