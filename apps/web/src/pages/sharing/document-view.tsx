import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { codeWords, fieldWords, FORM_SECTIONS, requestFields, sectionOf } from '@enlace/mla';
import type { RequestField } from '@enlace/mla';
import type { ReactNode } from 'react';

import { Fact } from '../../components/fact.js';
import { useMessages } from '../../i18n/use-messages.js';
import { labelOfItem, useMlaLanguage } from '../requests/request-words.js';
import type { Fate } from './withheld.js';

const FIELDS = requestFields();
/** What the projection says in words of its own, and only it. */
const CODED = /\/(?:ageBand|handling\/code)$/u;

interface SectionProps {
  readonly document: JsonObject;
  readonly at: number;
  /** Values that stay here, where somebody compares. */
  readonly fates?: ReadonlyMap<string, Fate>;
}

/** Whether a document says anything that a section of the finished one is written from. */
export function hasSection(document: JsonObject, at: number): boolean {
  return Object.keys(partOf(document, at, '')).length > 0;
}

/** What a document says in one section of the finished one; nothing of it is left out. */
export function DocumentSection({ document, at, fates }: SectionProps) {
  const part = partOf(document, at, '');
  return <Members value={part} path="" fates={fates} />;
}

/** Every section that says something, each under its heading. */
export function DocumentView({ document }: { readonly document: JsonObject }) {
  const language = useMlaLanguage();
  return (
    <div className="document">
      {FORM_SECTIONS.map(({ title }, at) =>
        hasSection(document, at) ? (
          <section key={title.en} className="document-section">
            <h3>{title[language]}</h3>
            <DocumentSection document={document} at={at} />
          </section>
        ) : null,
      )}
    </div>
  );
}

/** The members of an object that are written in a section, at any depth. */
function partOf(value: JsonObject, section: number, path: string): JsonObject {
  const part: Record<string, JsonValue> = {};
  for (const [name, inner] of Object.entries(value)) {
    const place = `${path}/${name}`;
    if (inner === null || inner === undefined || place === '/schemaVersion') continue;
    if (isJsonObject(inner)) {
      const own = partOf(inner, section, place);
      if (Object.keys(own).length > 0) part[name] = own;
    } else if (sectionOf(place) === section) part[name] = inner;
  }
  return part;
}

interface ValueProps {
  readonly value: JsonValue;
  readonly path: string;
  readonly fates: ReadonlyMap<string, Fate> | undefined;
}

function Members({ value, path, fates }: ValueProps & { readonly value: JsonObject }) {
  const language = useMlaLanguage();
  return (
    <dl className="document-members">
      {Object.entries(value).map(([name, inner]) => {
        const place = `${path}/${name}`;
        if (inner === undefined) return null;
        return (
          <Fact key={name} name={fieldWords(place)[language]}>
            <Value value={inner} path={place} fates={fates} />
          </Fact>
        );
      })}
    </dl>
  );
}

function Value({ value, path, fates }: ValueProps): ReactNode {
  const language = useMlaLanguage();
  if (isJsonObject(value)) return <Members value={value} path={path} fates={fates} />;
  if (!Array.isArray(value)) return <Text value={value} path={path} fates={fates} />;
  const items: readonly JsonValue[] = value;
  if (items.every((item) => typeof item !== 'object')) {
    return <Row items={items} path={path} fates={fates} />;
  }
  return (
    <ul className="document-items">
      {items.map((item, at) => (
        <li key={at}>
          {isJsonObject(item) && <strong>{labelOfItem(item, at, language)}</strong>}
          <Value value={unnamed(item)} path={`${path}/${at}`} fates={fates} />
        </li>
      ))}
    </ul>
  );
}

/** Values one after the other. */
function Row({
  items,
  path,
  fates,
}: Omit<ValueProps, 'value'> & { readonly items: readonly JsonValue[] }) {
  return items.map((item, at) => (
    <span key={at}>
      {at > 0 && ', '}
      <Text value={item} path={`${path}/${at}`} fates={fates} />
    </span>
  ));
}

/** Without what its heading says already. */
function unnamed(item: JsonValue): JsonValue {
  if (!isJsonObject(item)) return item;
  const { id: _id, n: _n, ...said } = item;
  return said;
}

/** One value in words; what does not travel says so, not by its colour alone. */
function Text({ value, path, fates }: ValueProps) {
  const t = useMessages();
  const language = useMlaLanguage();
  const fate = fates?.get(path);
  const words = wordsOf(value, path, language);
  if (fate === undefined) return <span className="document-text">{words}</span>;
  return (
    <span className="document-text">
      <mark className={`fate fate-${fate}`}>{words}</mark>{' '}
      <span className="fate-word">{t(`requests.fate.${fate}`)}</span>
    </span>
  );
}

function wordsOf(value: JsonValue, path: string, language: 'es' | 'en'): string {
  if (typeof value === 'boolean') return codeWords('', value ? 'yes' : 'no')[language];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return isCode(path) ? codeWords(path, text)[language] : text;
}

/** Whether a place holds one of a closed list. */
function isCode(path: string): boolean {
  if (CODED.test(path)) return true;
  let field: RequestField | undefined = FIELDS;
  for (const step of path.split('/').slice(1)) {
    if (field?.kind === 'list') field = field.item;
    else if (field?.kind === 'section') field = field.fields[step];
    else return false;
  }
  return field?.kind === 'choice';
}
