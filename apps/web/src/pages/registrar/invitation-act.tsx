import { useId, useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Registry, RegistryInvitation } from '../../protocol/operations.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CardFacts } from './card-facts.js';

export type InvitationActName = 'approve' | 'certify' | 'cancel';

const ACTIONS = {
  approve: 'person.invite',
  certify: 'person.certify',
  cancel: 'person.invite',
} as const satisfies Readonly<Record<InvitationActName, string>>;

interface ActProps {
  readonly name: InvitationActName;
  readonly about: RegistryInvitation;
  readonly onClose: () => void;
  readonly onNext: (registry: Registry) => void;
}

/** What a registrar signs about an invitation, in words first; a certificate asks for the digits of the person. */
export function InvitationAct({ name, about, onClose, onNext }: ActProps) {
  const t = useMessages();
  const id = useId();
  const acting = useAct();
  const [digits, setDigits] = useState('');
  const { invitationId, seen } = about;
  const call = async (): Promise<Registry> => {
    if (name === 'approve') return worker().call('registrar.approve', { invitationId, seen });
    if (name === 'cancel') return worker().call('registrar.cancel', { invitationId });
    return worker().call('registrar.certify', { invitationId, seen, digits });
  };
  const run = async (): Promise<void> =>
    onNext(await inPresence({ action: ACTIONS[name], objectId: invitationId }, call));
  return (
    <ActDialog
      title={t(`${name}.title`)}
      effect={t(`${name}.effect`)}
      verb={t(`${name}.act`)}
      acting={acting}
      onConfirm={() => acting.act(run)}
      onClose={onClose}
    >
      <p className="lead">{about.name ?? t('vouching.no-name')}</p>
      <CardFacts about={about} />
      {name === 'certify' && (
        <div className="question">
          <label htmlFor={id}>{t('certify.digits')}</label>
          <textarea
            id={id}
            className="input"
            rows={3}
            inputMode="numeric"
            autoComplete="off"
            value={digits}
            aria-describedby={`${id}-help`}
            onChange={(event) => setDigits(event.target.value)}
          />
          <p id={`${id}-help`} className="soft">
            {t('certify.help', { count: digits.replaceAll(/\D/g, '').length })}
          </p>
        </div>
      )}
    </ActDialog>
  );
}
