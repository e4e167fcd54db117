import { Fact } from '../../components/fact.js';
import { PageHeading } from '../../components/page-heading.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account, Look } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import type { KeptVault } from '../../state/use-kept-vault.js';
import type { Looking } from '../../state/use-look.js';
import { TourCard } from '../tour/tour-card.js';
import { OwnVault } from './own-vault.js';
import { Today } from './today.js';
import { Vouching } from './vouching.js';

/** Who works here and who vouches, what this device knows of itself, and whether the vault is open. */
export function HomePage({
  account,
  look,
  looking,
  vault,
}: {
  readonly account: Account;
  readonly look: Look | null;
  readonly looking: Looking;
  readonly vault: KeptVault;
}) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <div className="sheet">
      <PageHeading text={t('home.title')} />
      {account.wasSetBack && (
        <p className="notice notice-problem" role="alert">
          {t('home.set-back')}
        </p>
      )}
      {look?.kind === 'sound' && <TourCard roles={look.roles} />}
      {look?.kind === 'sound' && <Today reader={{ own: account.state, roles: look.roles }} />}
      <Vouching look={look} looking={looking} isVaultOpen={account.isVaultOpen} />
      <section className="card" aria-labelledby="who">
        <h2 id="who">{t('home.who')}</h2>
        <dl className="facts">
          <Fact name={t('home.state')}>{account.state}</Fact>
          <Fact name={t('home.person')}>{account.personId}</Fact>
          <Fact name={t('home.device')}>{account.deviceId}</Fact>
          <Fact name={t('home.ends')}>
            {account.endsAt === null
              ? t('home.ends.none')
              : formatDateTime(language, account.endsAt)}
          </Fact>
        </dl>
        <a href={hrefOf('sessions')}>{t('home.sessions')}</a>
      </section>
      {account.demo === null && (
        <OwnVault isOpen={account.isVaultOpen} vault={look?.kind === 'sound' ? vault : null} />
      )}
    </div>
  );
}
