import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { RegistryInvitation } from '../../protocol/operations.js';
import { formatDateTime } from '../../state/format.js';
import { CardFacts, isNamed } from './card-facts.js';
import { InvitationAct, type InvitationActName } from './invitation-act.js';
import type { RegistryProps } from './registry-props.js';

const OVER: ReadonlySet<string> = new Set(['active', 'cancelled', 'expired']);

/** Invitations on their way, each with its step in a sentence and the acts of this registrar; then those over. */
export function InvitationList({ registry, onNext }: RegistryProps) {
  const t = useMessages();
  const [chosen, setChosen] = useState<{
    readonly name: InvitationActName;
    readonly about: RegistryInvitation;
  } | null>(null);
  const { invitations, key } = registry;
  const open = invitations.filter(({ step }) => !OVER.has(step));
  const over = invitations.filter(({ step }) => OVER.has(step));
  return (
    <section className="list" aria-labelledby="invitations">
      <h2 id="invitations">{t('invitations.title')}</h2>
      {open.length === 0 && <p>{t('invitations.none')}</p>}
      <ul className="cards">
        {open.map((about) => (
          <InvitationCard
            key={about.invitationId}
            about={about}
            isKeyOpen={key !== null}
            onAct={(name) => setChosen({ name, about })}
          />
        ))}
      </ul>
      {over.length > 0 && <h3>{t('invitations.over')}</h3>}
      <ul className="lines">
        {over.map(({ invitationId, name, step }) => (
          <li key={invitationId}>
            {name ?? t('vouching.no-name')}: {t(`step.${step}`)}
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <InvitationAct
          {...chosen}
          onClose={() => setChosen(null)}
          onNext={(next) => {
            setChosen(null);
            onNext(next);
          }}
        />
      )}
    </section>
  );
}

interface CardProps {
  readonly about: RegistryInvitation;
  readonly isKeyOpen: boolean;
  readonly onAct: (name: InvitationActName) => void;
}

function InvitationCard({ about, isKeyOpen, onAct }: CardProps) {
  const t = useMessages();
  const language = useLanguage();
  const { name, step, expiresAt } = about;
  const shown = name ?? t('vouching.no-name');
  const acts = actsOn(about);
  return (
    <li className="card">
      <h3>{shown}</h3>
      <p className="notice">{t(sentenceOf(about))}</p>
      {!isNamed(about) && <p className="notice">{t('invitations.unnamed')}</p>}
      <CardFacts about={about} />
      {step !== 'certified' && (
        <p className="soft">{t('paper.until', { when: formatDateTime(language, expiresAt) })}</p>
      )}
      {!isKeyOpen && acts.some((act) => act !== 'cancel') && (
        <p className="soft">{t('key.first')}</p>
      )}
      {acts.map((act) => (
        <Button
          key={act}
          className={`button ${act === 'cancel' ? 'button-plain' : 'button-main'}`}
          isDisabled={act !== 'cancel' && !isKeyOpen}
          aria-label={t('act.about', { act: t(`${act}.open`), name: shown })}
          onPress={() => onAct(act)}
        >
          {t(`${act}.open`)}
        </Button>
      ))}
    </li>
  );
}

/** Nobody signs for a hash: until the server shows who is meant, there is nothing to do but to cancel. */
function actsOn(about: RegistryInvitation) {
  const { step, isOwn, hasCertified, certificates } = about;
  const acts: InvitationActName[] = [];
  if (step === 'proposed' && !isOwn && isNamed(about)) acts.push('approve');
  if (step === 'claimed' && !hasCertified && isNamed(about)) acts.push('certify');
  if (step !== 'certified' && certificates < 2) acts.push('cancel');
  return acts;
}

/** The step in a sentence, from where this registrar stands. */
function sentenceOf({ step, isOwn, hasCertified, certificates }: RegistryInvitation) {
  if (step === 'proposed') return isOwn ? 'step.proposed.own' : 'step.proposed';
  if (step === 'claimed' && hasCertified) return 'step.claimed.own';
  if (step === 'claimed' && certificates > 0) return 'step.claimed.second';
  return `step.${step}` as const;
}
