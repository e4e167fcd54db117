import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';

import { PageHeading } from '../../components/page-heading.js';
import { WorkspaceGate } from '../../components/workspace-gate.js';
import { useMessages } from '../../i18n/use-messages.js';
import { openWorkspace, useWorkspace } from '../../state/workspace.js';

const OTHER_WAYS = [
  'sign-in.others.spare',
  'sign-in.others.passphrase',
  'sign-in.others.recovery',
] as const;

const AIMS = ['sign-in.aims.talk', 'sign-in.aims.check', 'sign-in.aims.audit'] as const;

/** The entry: what this browser can do about signing in, said before anything is asked. */
export function SignInPage() {
  const t = useMessages();
  return (
    <div className="arrival">
      <section className="card sign-in">
        <PageHeading text={t('sign-in.title')} />
        <p className="lead">{t('sign-in.purpose')}</p>
        <Entry />
        <OtherWays />
      </section>
      <Aims />
    </div>
  );
}

function Entry() {
  const t = useMessages();
  const workspace = useWorkspace();
  if (workspace.kind !== 'open') {
    return (
      <WorkspaceGate
        state={workspace}
        onRetry={() => void openWorkspace()}
        onTakeOver={() => void openWorkspace(true)}
      />
    );
  }
  return (
    <>
      <Button className="button button-main" isDisabled aria-describedby="sign-in-unavailable">
        {t('sign-in.act')}
      </Button>
      <p id="sign-in-unavailable" className="notice">
        {t('sign-in.unavailable')}
      </p>
    </>
  );
}

function OtherWays() {
  const t = useMessages();
  return (
    <Disclosure className="disclosure">
      <Button slot="trigger" className="button button-plain">
        <svg className="chevron" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
          <path d="M4 2l4 4-4 4" />
        </svg>
        {t('sign-in.others')}
      </Button>
      <DisclosurePanel>
        <p>{t('sign-in.others.intro')}</p>
        <ul>
          {OTHER_WAYS.map((way) => (
            <li key={way}>{t(way)}</li>
          ))}
        </ul>
        <p>{t('sign-in.others.none')}</p>
      </DisclosurePanel>
    </Disclosure>
  );
}

function Aims() {
  const t = useMessages();
  return (
    <section className="aims" aria-labelledby="aims">
      <h2 id="aims">{t('sign-in.aims')}</h2>
      <p className="soft">{t('sign-in.aims.note')}</p>
      <ul>
        {AIMS.map((aim) => (
          <li key={aim}>
            <h3>{t(aim)}</h3>
            <p>{t(`${aim}.text`)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
