import { AUDIT_SCOPES, ROLES, type AuditScope, type Role } from '@enlace/contracts';
import { useId } from 'react';

import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { Registry } from '../../protocol/operations.js';

/** What the registrar has filled in so far. */
export interface Draft {
  readonly officeId: string;
  readonly roles: readonly Role[];
  readonly auditScope: AuditScope | null;
  readonly name: string;
  readonly titleEs: string;
  readonly titleEn: string;
}

export const NOBODY: Draft = {
  officeId: '',
  roles: [],
  auditScope: null,
  name: '',
  titleEs: '',
  titleEn: '',
};

const TEXTS = ['name', 'titleEs', 'titleEn'] as const;

interface FieldsProps {
  readonly draft: Draft;
  readonly offices: Registry['offices'];
  readonly onChange: (draft: Draft) => void;
}

/** Name, post, office and roles, each with its label above. */
export function InviteeFields({ draft, offices, onChange }: FieldsProps) {
  const t = useMessages();
  const said = useBilingual();
  const id = useId();
  return (
    <>
      {TEXTS.map((field) => (
        <div key={field} className="question">
          <label htmlFor={`${id}-${field}`}>{t(`invite.${field}`)}</label>
          <input
            id={`${id}-${field}`}
            className="input input-words"
            autoComplete="off"
            value={draft[field]}
            onChange={(event) => onChange({ ...draft, [field]: event.target.value })}
          />
        </div>
      ))}
      <label htmlFor={`${id}-office`}>{t('vouching.office')}</label>
      <select
        id={`${id}-office`}
        className="input input-words"
        value={draft.officeId}
        onChange={(event) => onChange({ ...draft, officeId: event.target.value })}
      >
        <option value="">{t('invite.choose')}</option>
        {offices.map(({ officeId, names }) => (
          <option key={officeId} value={officeId}>
            {said(names)}
          </option>
        ))}
      </select>
      <Roles draft={draft} onChange={onChange} />
    </>
  );
}

function Roles({ draft, onChange }: Omit<FieldsProps, 'offices'>) {
  const t = useMessages();
  const { roles, auditScope } = draft;
  return (
    <>
      <fieldset className="choices">
        <legend>{t('vouching.roles')}</legend>
        {ROLES.map((role) => (
          <label key={role} className="choice">
            <input
              type="checkbox"
              checked={roles.includes(role)}
              onChange={(event) =>
                onChange({
                  ...draft,
                  roles: ROLES.filter((each) =>
                    each === role ? event.target.checked : roles.includes(each),
                  ),
                })
              }
            />
            {t(`role.${role}`)}
          </label>
        ))}
        <p className="soft">{t('invite.roles.help')}</p>
      </fieldset>
      {roles.includes('auditor') && (
        <fieldset className="choices">
          <legend>{t('invite.scope')}</legend>
          {AUDIT_SCOPES.map((scope) => (
            <label key={scope} className="choice">
              <input
                type="radio"
                name="scope"
                checked={auditScope === scope}
                onChange={() => onChange({ ...draft, auditScope: scope })}
              />
              {t(`scope.${scope}`)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
