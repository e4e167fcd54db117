import type { JsonObject } from '@enlace/kernel';
import { fieldWords } from '@enlace/mla';
import { useMemo } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { today } from '../requests/use-check.js';
import { tickableIn, withField, withIdentifier, type Ticked } from './ticks.js';

/** What may travel as it is: nothing does unless somebody ticks it, and what is protected is not offered. */
export function TickFields({
  document,
  ticked,
  onChange,
}: {
  readonly document: JsonObject;
  readonly ticked: Ticked;
  readonly onChange: (next: Ticked) => void;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { persons, identifiers } = useMemo(() => tickableIn(document, today()), [document]);
  if (persons.length === 0 && identifiers.length === 0) return null;
  return (
    <section className="card" aria-labelledby="ticks">
      <h2 id="ticks">{t('requests.share.ticks')}</h2>
      <p>{t('requests.share.ticks.effect')}</p>
      {persons.map(({ id, code, fields }) => (
        <fieldset key={id} className="form-group">
          <legend>{t('requests.share.ticks.person', { code, id })}</legend>
          {fields.map((field) => (
            <Tick
              key={field}
              label={fieldWords(`/persons/${field}`)[language]}
              isTicked={ticked.shown[id]?.includes(field) === true}
              onToggle={() => onChange(withField(ticked, { id, field }))}
            />
          ))}
        </fieldset>
      ))}
      {identifiers.length > 0 && (
        <fieldset className="form-group">
          <legend>{t('requests.share.ticks.identifiers')}</legend>
          {identifiers.map(({ path, measure, value }) => (
            <Tick
              key={path}
              label={`${measure} · ${value}`}
              isTicked={ticked.identifiers.includes(path)}
              onToggle={() => onChange(withIdentifier(ticked, path))}
            />
          ))}
        </fieldset>
      )}
    </section>
  );
}

function Tick({
  label,
  isTicked,
  onToggle,
}: {
  readonly label: string;
  readonly isTicked: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <label className="choice">
      <input type="checkbox" checked={isTicked} onChange={onToggle} />
      {label}
    </label>
  );
}
