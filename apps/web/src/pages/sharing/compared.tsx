import type { JsonObject } from '@enlace/kernel';
import { FORM_SECTIONS } from '@enlace/mla';
import { useMemo } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import { useMlaLanguage } from '../requests/request-words.js';
import { DocumentSection, hasSection } from './document-view.js';
import { withheldIn } from './withheld.js';

/** The draft with what stays here marked, and beside it exactly what travels, section by section. */
export function Compared({
  draft,
  projection,
}: {
  readonly draft: JsonObject;
  readonly projection: JsonObject;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  const fates = useMemo(() => withheldIn(draft, projection), [draft, projection]);
  return (
    <div className="document">
      {FORM_SECTIONS.map(({ title }, at) => {
        if (!hasSection(draft, at) && !hasSection(projection, at)) return null;
        return (
          <section key={title.en} className="document-section">
            <h3>{title[language]}</h3>
            <div className="compared">
              <div className="compared-side">
                <h4>{t('requests.share.stays')}</h4>
                <DocumentSection document={draft} at={at} fates={fates} />
              </div>
              <div className="compared-side compared-travels">
                <h4>{t('requests.share.travels')}</h4>
                {hasSection(projection, at) ? (
                  <DocumentSection document={projection} at={at} />
                ) : (
                  <p className="soft">{t('requests.share.nothing')}</p>
                )}
              </div>
            </div>
          </section>
        );
      })}
    </div>
  );
}
