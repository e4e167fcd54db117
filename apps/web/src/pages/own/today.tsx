import { systemClock } from '@enlace/kernel';
import { useEffect, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type {
  DueAcknowledgement,
  ListedRequest,
  ListedThread,
  RecordAlert,
  RecordIntegrity,
  Registry,
} from '../../protocol/operations.js';
import { hrefOf, hrefOfDetail } from '../../routes.js';
import { useIsOffline } from '../../state/connection.js';
import { isPartner } from '../../state/roles.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { isForToday, RequestToday, requestsNow } from '../board/requests-today.js';
import type { BoardReader } from '../board/steps.js';
import { deadlineWords } from '../entries/deadline-words.js';
import { namesOf, plainName } from '../entries/person-words.js';
import { inTrouble, toDecide } from './waiting-work.js';

/** What needs the person today, by what the person is here for. */
export function Today({ reader }: { readonly reader: BoardReader }) {
  const t = useMessages();
  const { roles } = reader;
  const isRegistrar = roles.includes('registrar');
  const isAuditor = roles.includes('auditor');
  if (!isPartner(roles) && !isRegistrar && !isAuditor) return null;
  return (
    <section className="card" aria-labelledby="today">
      <h2 id="today">{t('today.title')}</h2>
      {isPartner(roles) && <Talk reader={reader} />}
      {isRegistrar && <Desk />}
      {isAuditor && <Oversight />}
    </section>
  );
}

interface Talked {
  readonly due: readonly DueAcknowledgement[];
  readonly listed: readonly ListedThread[];
  readonly requests: readonly ListedRequest[];
}

/** What is asked, comes near, is offered, unread, or waits to be sent. Read again once there is a server again. */
function Talk({ reader }: { readonly reader: BoardReader }) {
  const t = useMessages();
  const { problem, act } = useAct();
  const isOffline = useIsOffline();
  const [talked, setTalked] = useState<Talked | null>(null);
  useEffect(() => {
    act(async () => {
      const listed = await worker().call('thread.list', {});
      const due = await worker().call('thread.due', {});
      setTalked({ listed, due, requests: await requestsNow() });
    });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, and again after a time without a connection
  }, [isOffline]);
  const told =
    talked === null ? [] : [...dueIn(talked), ...requestsIn(talked, reader), ...openIn(talked)];
  return (
    <>
      <ActProblem problem={problem} />
      {talked === null && problem === null && <p className="waiting">{t('today.loading')}</p>}
      {talked !== null && told.length === 0 && <p>{t('today.none')}</p>}
      {told.length > 0 && <ul className="lines">{told}</ul>}
    </>
  );
}

function dueIn({ due }: Talked): readonly ReactNode[] {
  return due
    .filter(isDue)
    .map((asked) => <Due key={`${asked.threadId}/${asked.seq}`} asked={asked} />);
}

function requestsIn({ requests }: Talked, reader: BoardReader): readonly ReactNode[] {
  return requests
    .filter((one) => isForToday(one, reader))
    .map((one) => <RequestToday key={one.tracked.requestId} listed={one} reader={reader} />);
}

/** Whoever asked is told once it is too late: until then nothing is to be done. */
function isDue({ missing, deadline }: DueAcknowledgement): boolean {
  return missing.length === 0 || systemClock.nowMs() > Date.parse(deadline);
}

function Due({ asked }: { readonly asked: DueAcknowledgement }) {
  const t = useMessages();
  const language = useLanguage();
  const { threadId, title, by, missing, deadline, zone } = asked;
  const isOverdue = systemClock.nowMs() > Date.parse(deadline);
  const who = missing.length === 0 ? plainName(t, by) : namesOf(t, language, missing);
  const own = missing.length === 0 ? null : 'today.missed';
  return (
    <li>
      <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>{' '}
      {t(own ?? (isOverdue ? 'today.overdue' : 'today.due'), {
        who,
        deadline: deadlineWords(language, deadline, zone),
      })}
    </li>
  );
}

function openIn({ listed }: Talked): readonly ReactNode[] {
  return listed
    .filter(({ standing, unread, waiting }) => standing === 'invited' || unread + waiting > 0)
    .map((thread) => <Open key={thread.threadId} thread={thread} />);
}

function Open({
  thread: { threadId, title, standing, unread, waiting },
}: {
  readonly thread: ListedThread;
}) {
  const t = useMessages();
  return (
    <li>
      <a href={hrefOfDetail('threads', threadId)}>{title ?? t('threads.untitled')}</a>{' '}
      {standing === 'invited' && t('threads.standing.invited')}{' '}
      {unread > 0 && t('threads.unread', { count: unread })}{' '}
      {waiting > 0 && t('threads.waiting', { count: waiting })}
    </li>
  );
}

/** A registrar's look at the desk is a question to the server: it is asked when the person asks. */
function Desk() {
  const t = useMessages();
  return (
    <Asked<Registry>
      verb={t('today.desk.act')}
      ask={async () => worker().call('registrar.list', {})}
      say={(registry) => {
        const { approvals, certificates } = toDecide(registry);
        return [
          ...(approvals > 0 ? [t('today.desk.approvals', { count: approvals })] : []),
          ...(certificates > 0 ? [t('today.desk.certificates', { count: certificates })] : []),
        ];
      }}
      places={[{ href: hrefOf('registry'), name: t('today.desk.open') }]}
    />
  );
}

interface Overseen {
  readonly seen: RecordIntegrity;
  /** What the list of the page of alerts shows at first. */
  readonly alerts: readonly RecordAlert[];
}

/** What an auditor looks at is itself on record: the same. */
function Oversight() {
  const t = useMessages();
  return (
    <Asked<Overseen>
      verb={t('today.logs.act')}
      ask={async () => ({
        alerts: await worker().call('record.alerts', { step: 'raised' }),
        seen: await worker().call('record.integrity', {}),
      })}
      say={({ alerts, seen }) => {
        const { alarms, few, late, open } = inTrouble(seen);
        return [
          ...(alerts.length > 0 ? [t('today.alerts', { count: alerts.length })] : []),
          ...alarms.map((origin) => t('today.logs.alarm', { origin })),
          ...few.map((origin) => t('today.logs.few', { origin })),
          ...late.map(({ name, origin }) => t('today.logs.late', { name, origin })),
          ...(open > 0 ? [t('today.logs.open', { count: open })] : []),
        ];
      }}
      places={[
        { href: hrefOf('audit-alerts'), name: t('today.alerts.open-page') },
        { href: hrefOf('audit-integrity'), name: t('today.logs.open-page') },
      ]}
    />
  );
}

interface AskedProps<Answer> {
  readonly verb: string;
  readonly ask: () => Promise<Answer>;
  readonly say: (answer: Answer) => readonly string[];
  /** Where that is seen to. */
  readonly places: readonly { readonly href: string; readonly name: string }[];
}

function Asked<Answer>({ verb, ask, say, places }: AskedProps<Answer>) {
  const t = useMessages();
  const { isBusy, problem, act } = useAct();
  const isOffline = useIsOffline();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const told = answer === null ? [] : say(answer);
  return (
    <>
      <ActProblem problem={problem} />
      {answer !== null && told.length === 0 && <p>{t('today.none')}</p>}
      {told.length > 0 && (
        <>
          <ul className="lines">
            {told.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <ul className="lines">
            {places.map(({ href, name }) => (
              <li key={href}>
                <a href={href}>{name}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <Button
        className="button button-plain"
        isDisabled={isBusy || isOffline}
        onPress={() => act(async () => setAnswer(await ask()))}
      >
        {verb}
      </Button>
    </>
  );
}
