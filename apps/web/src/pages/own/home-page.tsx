import { Fact } from '../../components/fact.js';
import { PageHeading } from '../../components/page-heading.js';
import { TextQuestion } from '../../components/text-question.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account, Look } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import type { Looking } from '../../state/use-look.js';
import { signedIn, worker } from '../../state/workspace.js';
import { Vouching } from './vouching.js';

/** Who works here and who vouches, what this device knows of itself, and whether the vault is open. */
export function HomePage({
  account,
  look,
  looking,
}: {
  readonly account: Account;
  readonly look: Look | null;
  readonly looking: Looking;
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
      <Vouching look={look} looking={looking} isVaultOpen={account.isVaultOpen} />
      <section className="card" aria-labelledby="who">
        <h2 id="who">{t('home.who')}</h2>
        <dl className="facts">
          <Fact name={t('home.state')}>{account.state}</Fact>
          <Fact name={t('home.person')}>{account.personId}</Fact>
          <Fact name={t('home.device')}>{account.deviceId}</Fact>
          <Fact name={t('home.ends')}>{formatDateTime(language, account.endsAt)}</Fact>
        </dl>
        <a href={hrefOf('sessions')}>{t('home.sessions')}</a>
      </section>
      {account.demo === null && <OwnVault isOpen={account.isVaultOpen} />}
    </div>
  );
}

function OwnVault({ isOpen }: { readonly isOpen: boolean }) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="vault">
      <h2 id="vault">{t('vault.title')}</h2>
      <p>{t(isOpen ? 'vault.open' : 'vault.closed')}</p>
      {!isOpen && <VaultQuestions />}
      <p className="soft">{t('vault.here-only')}</p>
    </section>
  );
}

function VaultQuestions() {
  const t = useMessages();
  const acting = { passphrase: useAct(), recovery: useAct() };
  return (['passphrase', 'recovery'] as const).map((kind) => (
    <TextQuestion
      key={kind}
      label={t(`vault.${kind}.label`)}
      help={t(`vault.${kind}.help`)}
      verb={t(`vault.${kind}.act`)}
      acting={acting[kind]}
      isSecret={kind === 'passphrase'}
      onAnswer={async (typed) => {
        const secret = textBuffer(typed);
        signedIn(await worker().call('vault.open', { kind, secret }, [secret]));
      }}
    />
  ));
}
