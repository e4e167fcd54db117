import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { DirectoryAlerts } from '../../components/directory-alerts.js';
import { Fact } from '../../components/fact.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useRuleText } from '../../i18n/rule-text.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Look } from '../../protocol/operations.js';
import { formatDate, formatDateTime } from '../../state/format.js';
import type { Looking } from '../../state/use-look.js';

/** Who this person is and who vouches, as this browser finds it in the directory that it holds itself. */
export function Vouching({
  look,
  looking: { isBusy, problem, read },
  isVaultOpen,
}: {
  readonly look: Look | null;
  readonly looking: Looking;
  readonly isVaultOpen: boolean;
}) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="vouching">
      <h2 id="vouching">{t('vouching.title')}</h2>
      <ActProblem problem={problem} />
      <div aria-live="polite" className="card-part">
        {!isVaultOpen && <p>{t('vouching.vault-closed')}</p>}
        {isVaultOpen && look === null && problem === null && (
          <p className="waiting">{t('vouching.loading')}</p>
        )}
        {look?.kind === 'waiting' && <Waiting rule={look.rule} />}
        {look?.kind === 'sound' && <Sound look={look} />}
      </div>
      {isVaultOpen && (
        <Button className="button button-plain" isDisabled={isBusy} onPress={read}>
          {t('vouching.again')}
        </Button>
      )}
    </section>
  );
}

function Waiting({ rule }: { readonly rule: string }) {
  const t = useMessages();
  const ruleText = useRuleText();
  return (
    <>
      <p className="notice">{ruleText(rule)}</p>
      <p className="soft">{t('vouching.waiting')}</p>
    </>
  );
}

function Sound({ look }: { readonly look: Look & { readonly kind: 'sound' } }) {
  const t = useMessages();
  const language = useLanguage();
  const { name, title, state, office, roles, until, deviceUntil, registrars, root, log } = look;
  const said = useBilingual();
  const nobody = t('vouching.no-name');
  return (
    <>
      <p className="lead">{name ?? nobody}</p>
      <dl className="facts">
        {title && <Fact name={t('vouching.post')}>{said(title)}</Fact>}
        <Fact name={t('vouching.office')}>{said(office)}</Fact>
        <Fact name={t('home.state')}>{said(state)}</Fact>
        <Fact name={t('vouching.roles')}>{roles.map((role) => t(`role.${role}`)).join(' · ')}</Fact>
        <Fact name={t('vouching.until')}>{formatDate(language, until)}</Fact>
        <Fact name={t('vouching.device-until')}>{formatDate(language, deviceUntil)}</Fact>
      </dl>
      <p>
        {t('vouching.chain', {
          names: registrars.map((registrar) => registrar.name ?? nobody).join(' · '),
          state: said(state),
        })}
      </p>
      <dl className="facts">
        {registrars.map((registrar) => (
          <Fact key={registrar.fingerprint} name={registrar.name ?? nobody}>
            <span className="code">{registrar.fingerprint}</span>
          </Fact>
        ))}
        <Fact name={t('vouching.root')}>
          <span className="code">{root}</span>
        </Fact>
      </dl>
      <p className="soft">
        {log.witnessedAt !== null &&
          t('vouching.log', {
            size: log.size,
            when: formatDateTime(language, log.witnessedAt),
          })}
      </p>
      {!log.isFresh && <p className="notice">{t('vouching.stale')}</p>}
      <DirectoryAlerts kinds={log.alerts} />
    </>
  );
}
