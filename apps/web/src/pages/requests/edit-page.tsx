import { FORM_SECTIONS, requestFields, sectionOf, type RequestField } from '@enlace/mla';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { ActProblem } from '../../components/act-problem.js';
import { PageHeading } from '../../components/page-heading.js';
import { useMessages } from '../../i18n/use-messages.js';
import { hrefOfRequest } from '../../routes.js';
import { RequestPlaces } from '../sharing/request-places.js';
import { EditingContext } from './editing.js';
import { FormField } from './form-field.js';
import { ProtectionBanner } from './protection-banner.js';
import { elementId, useMlaLanguage } from './request-words.js';
import { SectionList } from './section-list.js';
import { SidePanel } from './side-panel.js';
import { StandingLine } from './standing-line.js';
import { groundOf } from '../law/basis-texts.js';
import { usePacks } from '../law/packs.js';
import { findingsByPlace, useReport } from './use-check.js';
import { useRequest, type OpenedRequest } from './use-request.js';

const FIELDS = requestFields();

/** One request: the sections of the finished document, their fields, and what the check says while somebody types. */
export function EditPage({ requestId }: { readonly requestId: string }) {
  const t = useMessages();
  const opened = useRequest(requestId);
  const { shown, document, set } = opened;
  const packs = usePacks()?.packs ?? null;
  const report = useReport(document, packs);
  const [section, setSection] = useState(0);
  const jump = useJump(setSection);
  const isReadOnly = !mayWrite(shown);
  const editing = useMemo(
    () => ({
      document,
      set,
      findings: findingsByPlace(report?.findings ?? []),
      ground: groundOf(report, packs),
      isReadOnly,
    }),
    [document, set, report, packs, isReadOnly],
  );
  return (
    <div className="sheet sheet-wide">
      <PageHeading text={shown?.held.title ?? t('requests.edit.title')} />
      <RequestPlaces requestId={requestId} act="edit" kind={shown?.held.kind ?? 'draft'} />
      <Opening requestId={requestId} opened={opened} />
      {shown?.held.kind === 'draft' && (
        <EditingContext value={editing}>
          <StandingLine opened={opened} report={report} hasPacks={packs !== null} />
          {report !== null && <ProtectionBanner report={report} />}
          <div className="editor">
            <SectionList report={report} current={section} onChoose={setSection} />
            <SectionFields at={section} />
            {report !== null && packs !== null && (
              <SidePanel report={report} packs={packs} onJump={jump} />
            )}
          </div>
        </EditingContext>
      )}
    </div>
  );
}

/** What is to be said before, or in place of, the draft. */
function Opening({
  requestId,
  opened: { shown, problem },
}: {
  readonly requestId: string;
  readonly opened: OpenedRequest;
}) {
  const t = useMessages();
  return (
    <>
      <ActProblem problem={problem} />
      {shown === null && problem === null && <p className="waiting">{t('requests.opening')}</p>}
      {shown?.held.kind === 'shared' && (
        <p className="notice">
          {t('requests.shared-only')}{' '}
          <a href={hrefOfRequest(requestId, 'opinion')}>{t('requests.place.opinion')}</a>
        </p>
      )}
      {shown?.held.kind === 'draft' && !mayWrite(shown) && shown.isWhole && (
        <p className="notice">
          {t('requests.not-a-draft')}{' '}
          <a href={hrefOfRequest(requestId, 'opinion')}>{t('requests.place.opinion')}</a>
        </p>
      )}
    </>
  );
}

/** While it is a draft, also without a connection: then what is typed waits. */
function mayWrite(shown: OpenedRequest['shown']): boolean {
  return shown?.isWhole === true && (shown.tracked?.status ?? 'draft') === 'draft';
}

/** The fields that a section of the finished document is written from. */
function SectionFields({ at }: { readonly at: number }) {
  const t = useMessages();
  const language = useMlaLanguage();
  const { title, places } = FORM_SECTIONS[at] ?? { title: { es: '', en: '' }, places: [] };
  return (
    <section className="card" aria-labelledby="section-title">
      <h2 id="section-title" tabIndex={-1}>
        {title[language]}
      </h2>
      {places.length === 0 && <p>{t('requests.made-elsewhere')}</p>}
      {places.map((place) => (
        <FormField key={place} path={place} field={fieldAt(place, at)} />
      ))}
    </section>
  );
}

/** What stands at a place, without what another section writes. */
function fieldAt(place: string, section: number): RequestField {
  let field: RequestField = FIELDS;
  for (const name of place.split('/').slice(1)) {
    if (field.kind !== 'section') break;
    field = field.fields[name] ?? field;
  }
  if (field.kind !== 'section') return field;
  const own = Object.entries(field.fields).flatMap(([name, inner]): [string, RequestField][] => {
    const path = `${place}/${name}`;
    if (sectionOf(path) !== section) return [];
    return [[name, inner.kind === 'section' ? fieldAt(path, section) : inner]];
  });
  return { kind: 'section', fields: Object.fromEntries(own) };
}

/** Goes to the field of a place, or to the nearest group around it, and opens what it is folded in. */
function useJump(setSection: (at: number) => void): (path: string) => void {
  const [target, setTarget] = useState<{ readonly path: string } | null>(null);
  useEffect(() => {
    if (target === null) return;
    let path = target.path;
    let found = document.getElementById(elementId(path));
    while (found === null && path !== '') {
      path = path.slice(0, path.lastIndexOf('/'));
      found = document.getElementById(elementId(path));
    }
    const place = found ?? document.getElementById('section-title');
    for (
      let fold = place?.closest('details');
      fold;
      fold = fold.parentElement?.closest('details')
    ) {
      fold.open = true;
    }
    const focused = place?.tagName === 'DETAILS' ? place.querySelector('summary') : place;
    focused?.focus();
    focused?.scrollIntoView({ block: 'center' });
  }, [target]);
  return useCallback(
    (path: string) => {
      setSection(sectionOf(path));
      setTarget({ path });
    },
    [setSection],
  );
}
