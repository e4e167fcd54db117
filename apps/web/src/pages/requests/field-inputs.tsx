import { isJsonObject, type JsonValue } from '@enlace/kernel';
import { codeWords, fieldWords, labelOf, referredList, type RequestField } from '@enlace/mla';
import { useState } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import { valueAt } from '../../protocol/document-change.js';
import { useEditing } from './editing.js';
import { Notes } from './finding-note.js';
import { elementId, useMlaLanguage } from './request-words.js';

type Typed = 'text' | 'short' | 'day' | 'number';

/** What is typed, one value or one a line. What the model has no place for stays in the field, and says why. */
export function TypedInput({
  path,
  kind,
  isList,
  label,
}: {
  readonly path: string;
  readonly kind: Typed;
  readonly isList: boolean;
  readonly label?: string;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { document, set, isReadOnly, findings } = useEditing();
  const [typed, setTyped] = useState<{ text: string; problem: string | null } | null>(null);
  const id = elementId(path);
  const text = typed?.text ?? printed(valueAt(document, path));
  const change = (next: string): void => {
    const value = isList ? linesOf(next, kind) : valueOf(next, kind);
    setTyped({ text: next, problem: set(path, value) });
  };
  const problem = typed?.problem ?? null;
  const shared = {
    id,
    className: 'input input-words',
    value: text,
    readOnly: isReadOnly,
    'aria-invalid': problem !== null || (findings.get(path)?.length ?? 0) > 0,
    'aria-describedby': `${id}-notes`,
    onBlur: () => setTyped((now) => (now?.problem === null ? null : now)),
  } as const;
  return (
    <div className="form-field">
      <label htmlFor={id}>
        {label ?? fieldWords(path)[language]}
        {isList && <span className="soft"> {t('requests.one-a-line')}</span>}
      </label>
      <Control {...shared} kind={kind} isList={isList} onText={change} />
      <div id={`${id}-notes`} className="form-notes">
        {problem !== null && (
          <p className="notice">
            {t('requests.not-taken', { why: labelOf('problems', problem)[language] })}
          </p>
        )}
        <Notes path={path} />
      </div>
    </div>
  );
}

/** Many lines, or one of the kind of the value. */
function Control({
  kind,
  isList,
  onText,
  ...shared
}: {
  readonly id: string;
  readonly className: string;
  readonly value: string;
  readonly readOnly: boolean;
  readonly onBlur: () => void;
  readonly kind: Typed;
  readonly isList: boolean;
  readonly onText: (text: string) => void;
}) {
  if (kind === 'text' || isList) {
    return <textarea {...shared} rows={isList ? 2 : 4} onChange={(e) => onText(e.target.value)} />;
  }
  return (
    <input
      {...shared}
      type={kind === 'day' ? 'date' : 'text'}
      inputMode={kind === 'number' ? 'decimal' : undefined}
      autoComplete="off"
      onChange={(e) => onText(e.target.value)}
    />
  );
}

interface ChosenProps {
  readonly path: string;
  readonly field: RequestField;
}

/** One of a closed list, yes or no, or one of what the draft has: each may be left open. */
export function ChoiceInput({ path, field }: ChosenProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { document, set, isReadOnly } = useEditing();
  const options = useOptions(path, field);
  const id = elementId(path);
  const value = valueAt(document, path);
  const choose = (next: string): void => {
    if (next === '') set(path, undefined);
    else set(path, field.kind === 'flag' ? next === 'true' : next);
  };
  return (
    <div className="form-field">
      <label htmlFor={id}>{fieldWords(path)[language]}</label>
      <select
        id={id}
        className="input input-words"
        aria-describedby={`${id}-notes`}
        disabled={isReadOnly}
        value={printed(value)}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">{t('requests.open-choice')}</option>
        {options.map(({ code, words }) => (
          <option key={code} value={code}>
            {words}
          </option>
        ))}
      </select>
      <div id={`${id}-notes`} className="form-notes">
        <Notes path={path} />
      </div>
    </div>
  );
}

/** Several of a closed list, or of what the draft has. */
export function CheckList({ path, field }: ChosenProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { document, set, isReadOnly } = useEditing();
  const options = useOptions(path, field);
  const value = valueAt(document, path);
  const chosen = (Array.isArray(value) ? value : []).map(String);
  const toggle = (code: string, isOn: boolean): void => {
    const next = isOn ? [...chosen, code] : chosen.filter((one) => one !== code);
    set(path, next.length === 0 ? undefined : next);
  };
  return (
    <fieldset id={elementId(path)} className="choices" tabIndex={-1}>
      <legend>{fieldWords(path)[language]}</legend>
      {options.length === 0 && <p className="soft">{t('requests.nothing-to-choose')}</p>}
      {options.map(({ code, words }) => (
        <label key={code} className="choice">
          <input
            type="checkbox"
            disabled={isReadOnly}
            checked={chosen.includes(code)}
            onChange={(event) => toggle(code, event.target.checked)}
          />
          {words}
        </label>
      ))}
      <Notes path={path} />
    </fieldset>
  );
}

/** What may be chosen, with what is chosen already although it may not be. */
function useOptions(path: string, field: RequestField): readonly { code: string; words: string }[] {
  const language = useMlaLanguage();
  const { document } = useEditing();
  if (field.kind === 'flag') {
    return [
      { code: 'true', words: codeWords('', 'yes')[language] },
      { code: 'false', words: codeWords('', 'no')[language] },
    ];
  }
  if (field.kind === 'choice') {
    return field.codes.map((code) => ({ code, words: codeWords(path, code)[language] }));
  }
  const name = path.split('/').at(-1) ?? '';
  const list = valueAt(document, `/${referredList(name) ?? ''}`);
  const known = (Array.isArray(list) ? list : []).flatMap((item) => {
    const { id, label, title } = isJsonObject(item) ? item : {};
    if (typeof id !== 'string') return [];
    const words = [id, label ?? title].filter((word) => typeof word === 'string').join(' · ');
    return [{ code: id, words }];
  });
  const value = valueAt(document, path);
  const lost = (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && known.every(({ code }) => code !== one),
  );
  return [...known, ...lost.map((code) => ({ code, words: code }))];
}

function printed(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'object' || value === undefined ? '' : String(value);
}

function linesOf(text: string, kind: Typed): unknown {
  const values = text.split('\n').flatMap((line) => valueOf(line.trim(), kind) ?? []);
  return values.length === 0 ? undefined : values;
}

/** A number that is none stays text: the model says what is wrong with it. */
function valueOf(text: string, kind: Typed): string | number | undefined {
  if (text === '') return undefined;
  const number = Number(text.replace(',', '.'));
  return kind === 'number' && Number.isFinite(number) && text.trim() !== '' ? number : text;
}
