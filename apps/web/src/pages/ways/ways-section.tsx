import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Account, ResultOf } from '../../protocol/operations.js';
import { hrefOf } from '../../routes.js';
import { formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import type { KeptVault } from '../../state/use-kept-vault.js';
import { worker } from '../../state/workspace.js';
import { Adopt } from './adopt.js';
import { RenewKit } from './renew-kit.js';
import { TryKit } from './try-kit.js';

type Ways = ResultOf<'ways.list'>;

/** What opens the vault of the person, and the code on paper: tried, and made anew. */
export function WaysSection({
  account,
  vault,
}: {
  readonly account: Account;
  readonly vault: KeptVault;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="settings-ways">
      <h2 id="settings-ways">{t('ways.title')}</h2>
      <p>{t('ways.text')}</p>
      {account.demo !== null && <p className="soft">{t('ways.demo')}</p>}
      {account.demo === null && !account.isVaultOpen && (
        <a href={hrefOf('sign-in')}>{t('ways.closed')}</a>
      )}
      {account.demo === null && account.isVaultOpen && <OpenVault vault={vault} />}
    </section>
  );
}

function OpenVault({ vault }: { readonly vault: KeptVault }) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const [ways, setWays] = useState<Ways | null>(null);
  const [isRenewed, setRenewed] = useState(false);
  const read = (): void => act(async () => setWays(await worker().call('ways.list', {})));
  useAtStart(read);
  if (ways === null) {
    return (
      <>
        {problem === null && <p className="waiting">{t('vault.kept.loading')}</p>}
        <ActProblem problem={problem} />
        {problem?.code === 'vault.locked-anew' && (
          <Adopt
            onDone={(next) => {
              setWays(next);
              vault.read();
            }}
          />
        )}
        {problem !== null && (
          <Button className="button button-plain" isDisabled={isBusy} onPress={read}>
            {t('ways.again')}
          </Button>
        )}
      </>
    );
  }
  return (
    <>
      <Listed ways={ways} />
      {isRenewed && (
        <p className="notice" aria-live="polite">
          {t('ways.renewed')}
        </p>
      )}
      <TryKit />
      <RenewKit
        hasPassphrase={ways.ways.some(({ kind }) => kind === 'passphrase')}
        onRenewed={(next) => {
          setWays(next);
          setRenewed(true);
          vault.read();
        }}
      />
    </>
  );
}

function Listed({ ways: { ways } }: { readonly ways: Ways }) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <ul className="lines" aria-label={t('ways.title')}>
      {ways.map(({ kind, since, isHere }, at) => (
        <li key={at}>
          {t(`vault.way.${kind}`)} · {t('ways.since', { when: formatDateTime(language, since) })}
          {kind === 'passkey' && ` · ${t(isHere ? 'ways.here' : 'ways.elsewhere')}`}
        </li>
      ))}
    </ul>
  );
}
