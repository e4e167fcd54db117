import { labelOf, noticeOf, type PackSet, type SoundReport } from '@enlace/mla';
import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';

import { useMessages } from '../../i18n/use-messages.js';
import { FindingNote } from './finding-note.js';
import { NotCheckedPanel, StatePanel, TreatyPanel } from './ground-panels.js';
import { SeverityMark, UnknownMark } from './severity-mark.js';
import { useMlaLanguage } from './request-words.js';

const PANELS = ['findings', 'treaty', 'state', 'not-checked'] as const;
const SEVERITIES = ['blocker', 'likely-refusal', 'missing', 'quality', 'advice'] as const;

interface PanelProps {
  readonly report: SoundReport;
  readonly packs: PackSet;
  readonly onJump: (path: string) => void;
}

/** What the check says, and what it rests on. */
export function SidePanel({ report, packs, onJump }: PanelProps) {
  const t = useMessages();
  const [panel, setPanel] = useState<string>('findings');
  return (
    <aside className="card panel" aria-label={t('requests.panel')}>
      <Tabs selectedKey={panel} onSelectionChange={(key) => setPanel(String(key))}>
        <TabList className="panel-tabs" aria-label={t('requests.panel')}>
          {PANELS.map((name) => (
            <Tab key={name} id={name} className="panel-tab">
              {t(`requests.panel.${name}`)}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="findings">
          <Findings report={report} onJump={onJump} />
        </TabPanel>
        <TabPanel id="treaty">
          <TreatyPanel report={report} packs={packs} />
        </TabPanel>
        <TabPanel id="state">
          <StatePanel report={report} packs={packs} />
        </TabPanel>
        <TabPanel id="not-checked">
          <NotCheckedPanel report={report} />
        </TabPanel>
      </Tabs>
    </aside>
  );
}

function Findings({ report, onJump }: Pick<PanelProps, 'report' | 'onJump'>) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { findings, unknown } = report;
  const off = report.reviews.filter(({ isOff }) => isOff);
  return (
    <div className="list">
      {findings.length === 0 && <p>{t('requests.no-findings')}</p>}
      {SEVERITIES.map((severity) => {
        const found = findings.filter((one) => one.severity === severity);
        if (found.length === 0) return null;
        return (
          <section key={severity} className="list">
            <h3>
              <SeverityMark severity={severity} /> ({found.length})
            </h3>
            {found.map((one) => (
              <FindingNote key={`${one.rule} ${one.subject}`} finding={one} onJump={onJump} />
            ))}
          </section>
        );
      })}
      {off.length > 0 && (
        <section className="list notice">
          <h3>{labelOf('report', 'switched-off')[language]}</h3>
          <ul className="lines">
            {off.map(({ rule, by, state, on }) => (
              <li key={`${rule} ${state}`}>{`${rule}: ${by}, ${state}, ${on}`}</li>
            ))}
          </ul>
        </section>
      )}
      {unknown.length > 0 && (
        <section className="list">
          <h3>
            <UnknownMark /> ({unknown.length})
          </h3>
          <ul className="lines">
            {unknown.map(({ rule, subject, fact, question }) => (
              <li key={`${rule} ${subject} ${fact}`}>{question[language]}</li>
            ))}
          </ul>
        </section>
      )}
      <p className="soft">{noticeOf(report.reviews, language)}</p>
    </div>
  );
}
