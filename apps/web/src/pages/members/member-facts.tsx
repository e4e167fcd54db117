import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { ShownThread } from '../../protocol/operations.js';
import { formatDate, formatDateTime } from '../../state/format.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { nameOf } from '../entries/person-words.js';

export type Member = ShownThread['members'][number];

/** Who somebody is, who vouches for that, and with which devices the person reads. */
export function MemberFacts({ member, threadId }: { readonly member: Member; threadId: string }) {
  const t = useMessages();
  const language = useLanguage();
  const said = useBilingual();
  const { person, role, standing, office, certified, devices, expiresAt } = member;
  const nobody = t('vouching.no-name');
  return (
    <>
      <h4>{nameOf(t, person)}</h4>
      {office !== null && <p>{said(office)}</p>}
      <p className="soft">
        {t(`thread.role.${role}`)}{' '}
        {standing === 'invited' &&
          expiresAt !== null &&
          t('thread.member.invited', { when: formatDate(language, expiresAt) })}
        {standing === 'leaving' && t('thread.member.leaving')}
      </p>
      <p className="soft">
        {certified === null
          ? t('thread.member.uncertified')
          : t('thread.member.certified', {
              by: certified.by.map((name) => name ?? nobody).join(' · '),
              state: said(certified.state),
              until: formatDate(language, certified.until),
            })}
      </p>
      {devices.length > 0 && (
        <ul className="lines">
          {devices.map(({ deviceId, seenAt }) => (
            <li key={deviceId}>
              {seenAt === null
                ? t('thread.device.before', { id: deviceId.slice(-SHORT) })
                : t('thread.device.seen', {
                    id: deviceId.slice(-SHORT),
                    when: formatDateTime(language, seenAt),
                  })}
            </li>
          ))}
        </ul>
      )}
      {!person.isSelf && <SafetyNumber threadId={threadId} personId={person.personId} />}
    </>
  );
}

/** Characters that tell the devices of one person apart. */
const SHORT = 8;

/** Sixty digits to be compared aloud, made when somebody asks. */
function SafetyNumber({
  threadId,
  personId,
}: {
  readonly threadId: string;
  readonly personId: string;
}) {
  const t = useMessages();
  const acting = useAct();
  const [digits, setDigits] = useState<string | null>(null);
  const show = (): void =>
    acting.act(async () => {
      const made = await worker().call('thread.safety', { threadId, personId });
      setDigits(made.digits);
    });
  return (
    <>
      <ActProblem problem={acting.problem} />
      {digits === null ? (
        <Button
          className="button button-plain button-small"
          isDisabled={acting.isBusy}
          onPress={show}
        >
          {t('thread.safety.show')}
        </Button>
      ) : (
        <>
          <p className="hash">{digits}</p>
          <p className="soft">{t('thread.safety.help')}</p>
        </>
      )}
    </>
  );
}
