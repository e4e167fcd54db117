import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';

import { useMessages } from '../../i18n/use-messages.js';
import { hrefOfAsk } from '../../routes.js';
import { RouteTab } from '../case-records/route-tab.js';
import { TasksTab } from '../case-records/tasks-tab.js';
import { StartRequest } from '../requests/start-request.js';
import type { CaseTabProps } from './case-parts.js';
import { FilesTab } from './files-tab.js';
import { OpenThread } from '../cases/open-thread.js';
import { ParticipantsTab } from './participants-tab.js';
import { ReferencesTab, RequestsTab } from './requests-tab.js';
import { ThreadList } from '../cases/thread-list.js';
import { TimelineTab } from './timeline-tab.js';

const TABS = [
  'threads',
  'participants',
  'route',
  'timeline',
  'tasks',
  'requests',
  'files',
  'references',
] as const;

/** What there is in a case, by its threads. Each tab reads what it shows when somebody comes to it. */
export function CaseTabs(about: CaseTabProps) {
  const t = useMessages();
  const [tab, setTab] = useState<string>('threads');
  return (
    <Tabs className="list" selectedKey={tab} onSelectionChange={(key) => setTab(String(key))}>
      <TabList className="panel-tabs" aria-label={t('case.tabs')}>
        {TABS.map((name) => (
          <Tab key={name} id={name} className="panel-tab">
            {t(`case.tab.${name}`)}
          </Tab>
        ))}
      </TabList>
      <TabPanel id="threads" className="list">
        <ThreadsTab {...about} />
      </TabPanel>
      <TabPanel id="participants" className="list">
        <ParticipantsTab {...about} />
      </TabPanel>
      <TabPanel id="route" className="list">
        <RouteTab {...about} />
      </TabPanel>
      <TabPanel id="tasks" className="list">
        <TasksTab {...about} />
      </TabPanel>
      <TabPanel id="requests" className="list">
        <RequestsTab {...about} />
      </TabPanel>
      <TabPanel id="timeline" className="list">
        <TimelineTab {...about} />
      </TabPanel>
      <TabPanel id="files" className="list">
        <FilesTab {...about} />
      </TabPanel>
      <TabPanel id="references" className="list">
        <ReferencesTab {...about} />
      </TabPanel>
    </Tabs>
  );
}

function ThreadsTab({ shown: { caseId, states, status }, threads }: CaseTabProps) {
  const t = useMessages();
  return (
    <>
      <h2>{t('threads.title')}</h2>
      {threads.length === 0 && <p>{t('threads.none')}</p>}
      <ThreadList threads={threads} />
      {status === 'open' && (
        <>
          <section className="card" aria-labelledby="ask-information">
            <h2 id="ask-information">{t('information.title')}</h2>
            <p>{t('information.open.help')}</p>
            <a className="button button-plain" href={hrefOfAsk(caseId)}>
              {t('information.open')}
            </a>
          </section>
          <OpenThread caseId={caseId} />
          <StartRequest caseId={caseId} states={states} />
        </>
      )}
    </>
  );
}
