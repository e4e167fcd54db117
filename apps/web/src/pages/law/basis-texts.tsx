import {
  orderBasis,
  shippedProvisions,
  type Finding,
  type Language,
  type PackSet,
  type Provision,
  type SoundReport,
} from '@enlace/mla';
import { useState } from 'react';

import { useMessages } from '../../i18n/use-messages.js';
import { useAtStart } from '../../state/use-at-start.js';
import { useMlaLanguage } from '../requests/request-words.js';

type Provisions = Finding['basis']['provisions'];

/** What a finding rests on: which treaties bind the two, and since when that is known. */
export interface Ground {
  readonly report: SoundReport;
  readonly packs: PackSet;
}

/** `null` before the first check. */
export function groundOf(report: SoundReport | null, packs: PackSet | null): Ground | null {
  return report === null || packs === null ? null : { report, packs };
}

/** The provisions of a finding in the words that were read of them, those that do not govern the pair folded. */
export function BasisTexts({
  provisions,
  ground: { report, packs },
}: {
  readonly provisions: Provisions;
  readonly ground: Ground;
}) {
  const t = useMessages();
  const [texts, setTexts] = useState<ReadonlyMap<string, Provision> | null>(null);
  useAtStart(() => void shippedProvisions().then(setTexts));
  const { holding, folded } = orderBasis(provisions, report, packs);
  return (
    <>
      <Listed provisions={holding} texts={texts} packs={packs} />
      {folded.length > 0 && (
        <details>
          <summary>{t('law.not-governing', { count: folded.length })}</summary>
          <Listed provisions={folded} texts={texts} packs={packs} />
        </details>
      )}
    </>
  );
}

function Listed({
  provisions,
  texts,
  packs,
}: {
  readonly provisions: Provisions;
  readonly texts: ReadonlyMap<string, Provision> | null;
  readonly packs: PackSet;
}) {
  const t = useMessages();
  const language = useMlaLanguage();
  return (
    <ul className="lines">
      {provisions.map(({ id, role, verified }) => (
        <li key={`${id} ${role}`}>
          {nameOf(texts?.get(id), packs, language) ?? id} ({t(`requests.role.${role}`)}
          {!verified && `; ${t('requests.unverified')}`})
          <Quoted provision={texts?.get(id)} />
        </li>
      ))}
    </ul>
  );
}

/** In the language of the page where the text was read in it, else in the other, which is said. */
function Quoted({ provision }: { readonly provision: Provision | undefined }) {
  const t = useMessages();
  const language = useMlaLanguage();
  if (provision === undefined) return null;
  const { quote, spoken } = quoteIn(provision, language);
  return (
    <>
      {quote !== null && (
        <blockquote>
          <p lang={spoken}>{quote}</p>
          {spoken !== language && <p className="soft">{t(`law.quoted-in.${spoken}`)}</p>}
        </blockquote>
      )}
      {provision.note !== null && language === 'en' && <p className="soft">{provision.note}</p>}
      {provision.source !== null && (
        <details>
          <summary>{t('law.source')}</summary>
          <p className="soft">{provision.source}</p>
        </details>
      )}
    </>
  );
}

function quoteIn({ quoteEs, quoteEn }: Provision, language: Language) {
  const quotes = { es: quoteEs, en: quoteEn };
  const other = language === 'es' ? 'en' : 'es';
  const spoken = quotes[language] === null ? other : language;
  return { quote: quotes[spoken], spoken };
}

/** In the language of the page, or nothing: names of what is no treaty of the packs were noted in English alone. */
function nameOf(
  provision: Provision | undefined,
  { instruments }: PackSet,
  language: Language,
): string | null {
  if (provision === undefined) return null;
  const [code = ''] = provision.id.split(':');
  const pack = Object.hasOwn(instruments, code) ? instruments[code] : undefined;
  if (pack === undefined && language !== 'en') return null;
  const names = { es: pack?.nameEs, en: pack?.nameEn };
  const name = names[language] ?? provision.instrument;
  return provision.article === null ? name : `${name}, ${provision.article}`;
}
