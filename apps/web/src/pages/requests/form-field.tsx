import { fieldWords, measureFields, type RequestField } from '@enlace/mla';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { valueAt } from '../../protocol/document-change.js';
import { CheckList, ChoiceInput, TypedInput } from './field-inputs.js';
import { useEditing } from './editing.js';
import { Notes } from './finding-note.js';
import { elementId, labelOfItem, useMlaLanguage } from './request-words.js';

interface FieldProps {
  readonly path: string;
  readonly field: RequestField;
}

/** Any field of the model by what it is; findings on it stand beside it. */
export function FormField({ path, field }: FieldProps): ReactNode {
  if (field.kind === 'section') return <SectionField path={path} fields={field.fields} />;
  if (field.kind === 'list') return <ListField path={path} field={field.item} />;
  if (field.kind === 'choice' || field.kind === 'flag' || field.kind === 'reference') {
    return <ChoiceInput path={path} field={field} />;
  }
  return <TypedInput path={path} kind={field.kind} isList={false} />;
}

/** A group of fields under its name. */
function SectionField({
  path,
  fields,
}: {
  readonly path: string;
  readonly fields: Readonly<Record<string, RequestField>>;
}) {
  const language = useMlaLanguage();
  return (
    <fieldset id={elementId(path)} className="form-group" tabIndex={-1}>
      <legend>{fieldWords(path)[language]}</legend>
      <Notes path={path} />
      <Fields path={path} fields={fields} />
    </fieldset>
  );
}

/** The fields of a group. A measure shows those of its type, and whatever it says or is told beside them. */
function Fields({
  path,
  fields,
}: {
  readonly path: string;
  readonly fields: Readonly<Record<string, RequestField>>;
}) {
  const t = useMessages();
  const { document, findings } = useEditing();
  const usual = /^\/measures\/\d+$/u.test(path)
    ? measureFields(typeOf(valueAt(document, path)))
    : null;
  const isShown = (name: string): boolean =>
    usual === null ||
    usual.has(name) ||
    valueAt(document, `${path}/${name}`) !== undefined ||
    [...findings.keys()].some((place) => `${place}/`.startsWith(`${path}/${name}/`));
  const all = Object.entries(fields).filter(([name]) => name !== 'schemaVersion');
  const more = all.filter(([name]) => !isShown(name));
  const show = ([name, field]: (typeof all)[number]): ReactNode => (
    <FormField key={name} path={`${path}/${name}`} field={field} />
  );
  return (
    <>
      {all.filter(([name]) => isShown(name)).map(show)}
      {more.length > 0 && (
        <details className="form-more">
          <summary>{t('requests.more-fields')}</summary>
          {more.map(show)}
        </details>
      )}
    </>
  );
}

function ListField({ path, field }: FieldProps) {
  if (field.kind === 'choice' || field.kind === 'reference') {
    return <CheckList path={path} field={field} />;
  }
  if (field.kind === 'section' || field.kind === 'text') return <Items path={path} field={field} />;
  return <TypedInput path={path} kind={field.kind === 'number' ? 'number' : 'short'} isList />;
}

/** A list whose items have fields of their own. */
function Items({ path, field }: FieldProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { document, set, isReadOnly } = useEditing();
  const value = valueAt(document, path);
  const items = Array.isArray(value) ? value : [];
  const name = fieldWords(path)[language];
  return (
    <fieldset id={elementId(path)} className="form-group" tabIndex={-1}>
      <legend>{name}</legend>
      <Notes path={path} />
      {items.map((item, at) => (
        <Item
          key={at}
          path={`${path}/${at}`}
          field={field}
          label={labelOfItem(item, at, language)}
          isOpen={items.length === 1}
        />
      ))}
      {!isReadOnly && (
        <Button
          className="button button-plain"
          onPress={() =>
            set(`${path}/-`, field.kind === 'text' ? ' ' : newItem(path, field, items))
          }
        >
          {t('requests.add', { name })}
        </Button>
      )}
    </fieldset>
  );
}

function Item({
  path,
  field,
  label,
  isOpen,
}: FieldProps & { readonly label: string; readonly isOpen: boolean }) {
  const t = useMessages();
  const { set, isReadOnly } = useEditing();
  return (
    <details id={elementId(path)} className="form-item" open={isOpen}>
      <summary>{label}</summary>
      <Notes path={path} />
      {field.kind === 'section' ? (
        <Fields path={path} fields={field.fields} />
      ) : (
        <TypedInput path={path} kind="text" isList={false} label={label} />
      )}
      {!isReadOnly && (
        <Button
          className="button button-plain"
          aria-label={t('requests.remove.of', { name: label })}
          onPress={() => set(path, undefined)}
        >
          {t('requests.remove')}
        </Button>
      )}
    </details>
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** With an id or a number that no other item of the list has. */
function newItem(path: string, field: RequestField, items: readonly unknown[]): object {
  if (field.kind !== 'section') return {};
  const used = new Set(items.map((item) => (isRecord(item) ? (item['id'] ?? item['n']) : null)));
  const numbers = Array.from({ length: items.length + 1 }, (_, at) => at + 1);
  if ('n' in field.fields) return { n: numbers.find((number) => !used.has(number)) };
  if (!('id' in field.fields)) return {};
  const letter = path.split('/').at(-1)?.[0] ?? 'x';
  return { id: numbers.map((number) => `${letter}${number}`).find((id) => !used.has(id)) };
}

function typeOf(value: unknown): string | undefined {
  const type = isRecord(value) ? value['type'] : undefined;
  return typeof type === 'string' ? type : undefined;
}
