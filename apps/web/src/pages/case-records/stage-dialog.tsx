import { useState } from 'react';

import { ActDialog } from '../../components/act-dialog.js';
import { ChoiceField } from '../../components/choice-field.js';
import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { Stage } from '../../protocol/cases/case-record-forms.js';
import { useAct } from '../../state/use-act.js';
import { WordsField } from '../../components/words-field.js';
import { Choice } from '../information/choice.js';
import { countriesByName } from './country-words.js';
import { LineField } from './line-field.js';

const ROLES = ['origin', 'transit', 'destination'] as const;
/** Characters (libs/client, ITEM_LIST_LIMITS). */
const PLACE_MOST = 200;
const NOTE_MOST = 2_000;

export const NEW_STAGE: Stage = {
  id: '',
  role: 'transit',
  country: '',
  place: '',
  date: null,
  note: '',
};

/** One stage, new or as it stands, until it is written. */
export function StageDialog({
  stage,
  onWrite,
  onClose,
}: {
  readonly stage: Stage;
  readonly onWrite: (stage: Stage) => Promise<void>;
  readonly onClose: () => void;
}) {
  const t = useMessages();
  const acting = useAct();
  const [written, setWritten] = useState(stage);
  const [isAsked, setAsked] = useState(false);
  return (
    <ActDialog
      title={t(stage.id === '' ? 'case.route.add' : 'case.route.edit')}
      effect={t('case.records.effect')}
      verb={t('case.records.write')}
      acting={acting}
      onConfirm={() => {
        setAsked(true);
        if (written.country !== '') acting.act(async () => onWrite(written).then(onClose));
      }}
      onClose={onClose}
    >
      <StageFields written={written} onChange={setWritten} />
      {isAsked && written.country === '' && (
        <p className="notice notice-problem" role="alert">
          {t('case.route.no-country')}
        </p>
      )}
    </ActDialog>
  );
}

function StageFields({
  written,
  onChange,
}: {
  readonly written: Stage;
  readonly onChange: (next: Stage) => void;
}) {
  const t = useMessages();
  const language = useLanguage();
  const change = (more: Partial<Stage>): void => onChange({ ...written, ...more });
  return (
    <>
      <ChoiceField
        label={t('case.route.role')}
        codes={ROLES}
        word={(role) => t(`case.route.role.${role}`)}
        value={written.role}
        onChange={(role) => change({ role })}
      />
      <Choice
        label={t('case.route.country')}
        options={countriesByName(language)}
        value={written.country}
        onChange={(country) => change({ country })}
      />
      <LineField
        label={t('case.route.place')}
        value={written.place}
        most={PLACE_MOST}
        onChange={(place) => change({ place })}
      />
      <LineField
        label={t('case.route.date')}
        isDay
        value={written.date ?? ''}
        onChange={(date) => change({ date: date === '' ? null : date })}
      />
      <WordsField
        label={t('case.route.note')}
        value={written.note}
        onChange={(note) => change({ note: note.slice(0, NOTE_MOST) })}
      />
    </>
  );
}
