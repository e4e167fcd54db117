import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf, type Route } from '../../routes.js';

const PLACES = [
  ['audit', 'audit.search'],
  ['audit-views', 'audit.views'],
  ['audit-export', 'audit.export'],
  ['audit-integrity', 'audit.integrity'],
  ['audit-alerts', 'audit.alerts'],
] as const;

/** The ways to ask the record. */
export function AuditPlaces({ route }: { readonly route: Route }) {
  const t = useMessages();
  return (
    <nav className="places" aria-label={t('audit.places')}>
      {PLACES.map(([page, name]) => (
        <a key={page} href={hrefOf(page)} aria-current={route === page ? 'page' : undefined}>
          {t(name)}
        </a>
      ))}
    </nav>
  );
}
