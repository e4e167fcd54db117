import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';

import { PageHeading } from '../../components/page-heading.js';
import { WorkspaceGate } from '../../components/workspace-gate.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf } from '../../routes.js';
import { isThisMachine } from '../../state/browser-support.js';
import { openWorkspace, useWorkspace, useWorkspaceState } from '../../state/workspace.js';
import { DemoPeople } from './demo-people.js';
import { PasskeyEntry } from './passkey-entry.js';

const OTHER_WAYS = [
  'sign-in.others.spare',
  'sign-in.others.passphrase',
  'sign-in.others.recovery',
] as const;

const AIMS = ['sign-in.aims.talk', 'sign-in.aims.check', 'sign-in.aims.audit'] as const;

/** The entry: what this browser can do about signing in, said before anything is asked. */
export function SignInPage() {
  const t = useMessages();
  const workspace = useWorkspaceState();
  return (
    <div className="arrival">
      <section className="card sign-in">
        <PageHeading text={t('sign-in.title')} />
        <p className="lead">{t('sign-in.purpose')}</p>
        <Entry />
        <OtherWays />
      </section>
      <Aims />
      {workspace.kind === 'open' && isThisMachine() && <DemoPeople />}
    </div>
  );
}

function Entry() {
  const t = useMessages();
  const workspace = useWorkspace();
  switch (workspace.kind) {
    case 'open':
      return workspace.stage === 'enrolled' ? (
        <PasskeyEntry verb={t('sign-in.act')} />
      ) : (
        <NoDevice isEnrolling={workspace.stage === 'enrolling'} />
      );
    // Another page stands in the place of this one then.
    case 'signed-in':
    case 'locked':
    case 'leaving':
      return null;
    case 'starting':
    case 'elsewhere':
    case 'failed':
      return (
        <WorkspaceGate
          state={workspace}
          onRetry={() => void openWorkspace()}
          onTakeOver={() => void openWorkspace(true)}
        />
      );
  }
}

function NoDevice({ isEnrolling }: { readonly isEnrolling: boolean }) {
  const t = useMessages();
  return (
    <>
      <Button className="button button-main" isDisabled aria-describedby="sign-in-unavailable">
        {t('sign-in.act')}
      </Button>
      <p id="sign-in-unavailable" className="notice">
        {t(isEnrolling ? 'sign-in.enrolling' : 'sign-in.unavailable')}
      </p>
      <a className="button button-plain" href={hrefOf('enrol')}>
        {t(isEnrolling ? 'sign-in.go-on' : 'sign-in.enrol')}
      </a>
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
        <a href={hrefOf('recover')}>{t('sign-in.others.recover')}</a>
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
