import { PageHeading } from '../components/page-heading.js';
import { useMessages } from '../i18n/use-messages.js';
import { hrefOf } from '../routes.js';

export function NotFoundPage() {
  const t = useMessages();
  return (
    <div className="sheet">
      <PageHeading text={t('not-found.title')} />
      <p>{t('not-found.text')}</p>
      <p>
        <a href={hrefOf('sign-in')}>{t('frame.sign-in')}</a>
      </p>
    </div>
  );
}
