import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Registry, RegistryPerson, RevocationReason } from '../../protocol/operations.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CardFacts } from './card-facts.js';

export type PersonActName = 'revoke' | 'reinstate' | 'unfreeze';

const REASONS = ['suspended', 'left', 'lost', 'compromised', 'error'] as const;

interface ActProps {
  readonly name: PersonActName;
  readonly about: RegistryPerson;
  readonly onClose: () => void;
  readonly onNext: (registry: Registry) => void;
}

/** Takes a certificate away, begins the next one, or lifts what the person froze. */
export function PersonAct({ name, about, onClose, onNext }: ActProps) {
  const t = useMessages();
  const acting = useAct();
  const [reason, setReason] = useState<RevocationReason>('suspended');
  const [drafted, setDrafted] = useState<string | null>(null);
  const { personId, seen } = about;
  const objectId = personId;
  const done = (registry: Registry): void => {
    onNext(registry);
    onClose();
  };
  const run = async (): Promise<void> => {
    if (name === 'reinstate') {
      if (drafted !== null) return onClose();
      const act = { action: 'person.certify', objectId };
      const shown = { personId, seen: seen ?? '' };
      const draft = async () => worker().call('registrar.draft-certificate', shown);
      return setDrafted((await inPresence(act, draft)).text);
    }
    if (name === 'unfreeze') {
      const act = { action: 'person.unfreeze', objectId };
      return done(
        await inPresence(act, async () => worker().call('registrar.unfreeze', { personId })),
      );
    }
    const action = reason === 'suspended' ? 'person.suspend' : 'person.revoke';
    const revoke = async () => worker().call('registrar.revoke', { personId, reason });
    return done(await inPresence({ action, objectId }, revoke));
  };
  return (
    <ActDialog
      title={t(`${name}.title`)}
      effect={t(drafted === null ? `${name}.effect` : 'reinstate.hand-over')}
      verb={t(drafted === null ? `${name}.act` : 'reinstate.done')}
      acting={acting}
      onConfirm={() => acting.act(run)}
      onClose={onClose}
    >
      <p className="lead">{about.name ?? t('vouching.no-name')}</p>
      <CardFacts about={about} />
      {name === 'revoke' && <Reasons chosen={reason} onChoose={setReason} />}
      {drafted !== null && (
        <p className="paper code" data-testid="drafted-certificate">
          {drafted}
        </p>
      )}
    </ActDialog>
  );
}

function Reasons({
  chosen,
  onChoose,
}: {
  readonly chosen: RevocationReason;
  readonly onChoose: (reason: RevocationReason) => void;
}) {
  const t = useMessages();
  return (
    <fieldset className="choices">
      <legend>{t('revoke.reason')}</legend>
      {REASONS.map((reason) => (
        <label key={reason} className="choice">
          <input
            type="radio"
            name="reason"
            checked={chosen === reason}
            onChange={() => onChoose(reason)}
          />
          {t(`reason.${reason}`)}
        </label>
      ))}
    </fieldset>
  );
}
