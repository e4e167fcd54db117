import { Button } from 'react-aria-components/Button';

import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import { useIsOffline } from '../../state/connection.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import type { KeptVault } from '../../state/use-kept-vault.js';
import { signedIn, worker } from '../../state/workspace.js';

/** Whether the vault is open in this page, and what the server keeps of it; every page says what is wrong with that. */
export function OwnVault({
  isOpen,
  vault,
}: {
  readonly isOpen: boolean;
  /** Null until the own chain was found sound: from then on the server keeps the vault. */
  readonly vault: KeptVault | null;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="vault">
      <h2 id="vault">{t('vault.title')}</h2>
      <p>{t(isOpen ? 'vault.open' : 'vault.closed')}</p>
      {!isOpen && <VaultQuestions />}
      {isOpen && vault !== null ? (
        <ServerCopy vault={vault} />
      ) : (
        <p className="soft">{t('vault.kept.later')}</p>
      )}
    </section>
  );
}

/** The copy of the server, opened and compared by the worker. */
function ServerCopy({ vault: { kept, isBusy, problem, read } }: { readonly vault: KeptVault }) {
  const t = useMessages();
  const isOffline = useIsOffline();
  return (
    <>
      <div aria-live="polite" className="card-part">
        {kept === null && problem === null && <p className="waiting">{t('vault.kept.loading')}</p>}
        {kept !== null && (
          <>
            <p>{t('vault.kept', { version: kept.version })}</p>
            <p className="soft">
              {t('vault.kept.ways', {
                ways: kept.ways.map((way) => t(`vault.way.${way}`)).join(' · '),
              })}
            </p>
          </>
        )}
      </div>
      <Button className="button button-plain" isDisabled={isBusy || isOffline} onPress={read}>
        {t('vault.kept.again')}
      </Button>
    </>
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
