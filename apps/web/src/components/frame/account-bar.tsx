import { lazy, Suspense, useCallback, useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf, type Route } from '../../routes.js';
import { lockByHand } from '../../state/keeping/lock-by-hand.js';
import { useShortcuts } from '../../state/preferences/shortcuts.js';
import { hearsAlerts, isPartner } from '../../state/roles.js';

const KeyboardMap = lazy(async () => {
  const { KeyboardMap: map } = await import('../../pages/own/keyboard-map.js');
  return { default: map };
});

const PLACES = [
  ['sign-in', 'frame.home'],
  ['cases', 'frame.cases'],
  ['requests', 'frame.requests'],
  ['offences', 'frame.offences'],
  ['search', 'frame.search'],
  ['directory', 'frame.directory'],
  ['approvals', 'frame.approvals'],
  ['registry', 'frame.registry'],
  ['audit', 'frame.audit'],
  ['audit-alerts', 'audit.alerts'],
  ['activity', 'frame.activity'],
  ['sessions', 'frame.sessions'],
  ['settings', 'frame.settings'],
] as const;

/** Open to everybody whose role the directory knows. */
const OF_EVERY_ROLE: ReadonlySet<string> = new Set(['activity', 'offences', 'directory']);

/** Where a person who has signed in can go, and the two ways to leave. */
export function AccountBar({
  route,
  roles,
  isBusy,
  onSignOut,
}: {
  readonly route: Route;
  /** By the own directory; a person sees the places of the own roles. */
  readonly roles: readonly string[];
  readonly isBusy: boolean;
  readonly onSignOut: () => void;
}) {
  const t = useMessages();
  return (
    <>
      <div className="account-acts">
        <Button
          className="button button-header"
          aria-keyshortcuts="Alt+L"
          onPress={() => void lockByHand()}
        >
          {t('frame.lock')}
        </Button>
        <Button className="button button-header" isDisabled={isBusy} onPress={onSignOut}>
          {t('frame.sign-out')}
        </Button>
      </div>
      <nav className="account" aria-label={t('frame.account')}>
        {PLACES.filter(([page]) => isOpenTo(page, roles)).map(([page, name]) => (
          <a
            key={page}
            href={hrefOf(page)}
            aria-current={[route, placeOf(route)].includes(page) ? 'page' : undefined}
          >
            {t(name)}
          </a>
        ))}
      </nav>
      <Shortcuts />
    </>
  );
}

/** The keys of every page while somebody is signed in, and the list of them once it is asked for. */
function Shortcuts() {
  const [isMapShown, setMapShown] = useState(false);
  const showMap = useCallback(() => setMapShown(true), []);
  useShortcuts(showMap);
  if (!isMapShown) return null;
  return (
    <Suspense fallback={null}>
      <KeyboardMap onClose={() => setMapShown(false)} />
    </Suspense>
  );
}

/** Where in the bar somebody is. */
function placeOf(route: Route): Route {
  if (route.startsWith('request')) return 'requests';
  if (route.startsWith('audit')) return 'audit';
  return route === 'case' || route === 'thread' ? 'cases' : route;
}

function isOpenTo(page: (typeof PLACES)[number][0], roles: readonly string[]): boolean {
  if (page === 'cases' || page === 'requests' || page === 'search') return isPartner(roles);
  if (page === 'registry') return roles.includes('registrar');
  if (page === 'audit') return roles.includes('auditor');
  // Auditors have it among their ways to ask the record.
  if (page === 'audit-alerts') return !roles.includes('auditor') && hearsAlerts(roles);
  if (page === 'approvals') return roles.includes('chancellery-approver');
  return !OF_EVERY_ROLE.has(page) || roles.length > 0;
}
