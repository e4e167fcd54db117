import { isAllowedMixture, type AuditScope, type Role } from '@enlace/contracts';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActDialog } from '../../components/act-dialog.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ArgsOf, Registry, ResultOf } from '../../protocol/operations.js';
import { inPresence } from '../../state/presence.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';
import { CardFacts } from './card-facts.js';
import { InvitationPaper } from './invitation-paper.js';
import { InviteeFields, NOBODY, type Draft } from './invitee-fields.js';

type Invited = ResultOf<'registrar.invite'> & { readonly name: string };

/** Proposes a person: first filled in, then read as it will be signed, then the paper, which is shown once. */
export function InviteForm({
  registry,
  onDone,
}: {
  readonly registry: Registry;
  readonly onDone: () => void;
}) {
  const t = useMessages();
  const [draft, setDraft] = useState<Draft>(NOBODY);
  const [isMissing, setMissing] = useState(false);
  const [reviewed, setReviewed] = useState<ArgsOf<'registrar.invite'> | null>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  if (invited !== null) {
    return (
      <InvitationPaper
        {...invited}
        onKept={() => {
          setInvited(null);
          onDone();
        }}
      />
    );
  }
  return (
    <section className="card" aria-labelledby="invite">
      <h2 id="invite">{t('invite.title')}</h2>
      <form
        className="question"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const whole = wholeDraft(draft);
          setMissing(whole === null);
          setReviewed(whole);
        }}
      >
        <InviteeFields draft={draft} offices={registry.offices} onChange={setDraft} />
        <div role="alert">
          {isMissing && <p className="notice notice-problem">{t('invite.missing')}</p>}
        </div>
        {registry.key === null && <p className="soft">{t('key.first')}</p>}
        <Button type="submit" className="button button-main" isDisabled={registry.key === null}>
          {t('invite.review')}
        </Button>
      </form>
      {reviewed !== null && (
        <Review
          invitee={reviewed}
          offices={registry.offices}
          onClose={() => setReviewed(null)}
          onInvited={(paper) => {
            setReviewed(null);
            setDraft(NOBODY);
            setInvited({ ...paper, name: reviewed.name });
          }}
        />
      )}
    </section>
  );
}

interface ReviewProps {
  readonly invitee: ArgsOf<'registrar.invite'>;
  readonly offices: Registry['offices'];
  readonly onClose: () => void;
  readonly onInvited: (paper: ResultOf<'registrar.invite'>) => void;
}

function Review({ invitee, offices, onClose, onInvited }: ReviewProps) {
  const t = useMessages();
  const acting = useAct();
  const { officeId, name } = invitee;
  const office = offices.find((each) => each.officeId === officeId)?.names ?? null;
  const invite = async (): Promise<void> => {
    const act = { action: 'person.invite', objectId: null };
    onInvited(await inPresence(act, async () => worker().call('registrar.invite', invitee)));
  };
  return (
    <ActDialog
      title={t('invite.sign.title')}
      effect={t('invite.sign.effect')}
      verb={t('invite.sign.act')}
      acting={acting}
      onConfirm={() => acting.act(invite)}
      onClose={onClose}
    >
      <p className="lead">{name}</p>
      <CardFacts about={{ ...invitee, office, personId: t('invite.new-person') }} />
    </ActDialog>
  );
}

/** Null while something is missing, or roles stand together that one person may not hold. */
function wholeDraft(draft: Draft): ArgsOf<'registrar.invite'> | null {
  const { officeId, name, titleEs, titleEn } = draft;
  const roles: readonly Role[] = draft.roles;
  const isAuditor = roles.includes('auditor');
  const auditScope: AuditScope | null = isAuditor ? draft.auditScope : null;
  const title = { es: titleEs.trim(), en: titleEn.trim() };
  const said = [officeId, name.trim(), title.es, title.en];
  const isWhole =
    said.every((text) => text !== '') &&
    roles.length > 0 &&
    isAllowedMixture(roles) &&
    isAuditor === (auditScope !== null);
  return isWhole ? { officeId, roles: [...roles], auditScope, name: name.trim(), title } : null;
}
