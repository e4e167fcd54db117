import { useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { DirectoryAlerts } from '../../components/directory-alerts.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ContactProposals } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { ContactFacts, useContactName } from './contact-facts.js';
import { ProposalCard } from './proposal-card.js';

/** The desk of the foreign ministry: contacts that wait for its word, and when its earlier words end. */
export function ApprovalsPage() {
  const t = useMessages();
  const reading = useAct();
  const nameOf = useContactName();
  const [found, setFound] = useState<ContactProposals | null>(null);
  const read = (): void =>
    reading.act(async () => setFound(await worker().call('contact.proposals', {})));
  useAtStart(read);
  return (
    <div className="sheet">
      <PageHeading text={t('approvals.title')} />
      <p>{t('approvals.intro')}</p>
      <ActProblem problem={reading.problem} />
      {found === null && reading.problem === null && (
        <p className="waiting">{t('approvals.loading')}</p>
      )}
      {found !== null && (
        <>
          <DirectoryAlerts kinds={found.log.alerts} />
          <h2>{t('approvals.open')}</h2>
          {found.open.length === 0 && <p>{t('approvals.none')}</p>}
          <ul className="cards">
            {found.open.map((proposal) => (
              <ProposalCard key={proposal.seen} proposal={proposal} onDone={read} />
            ))}
          </ul>
          <h2>{t('approvals.approved')}</h2>
          {found.approved.length === 0 && <p>{t('approvals.none-approved')}</p>}
          <ul className="cards">
            {found.approved.map((contact) => (
              <li key={contact.contactId} className="card">
                <h3>{nameOf(contact)}</h3>
                <ContactFacts contact={contact} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
