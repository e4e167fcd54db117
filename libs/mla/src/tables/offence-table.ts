import type { Language } from '../catalogue/labels.js';
import type { CountryPack } from '../packs/pack-schema.js';
import type { PackSet } from '../packs/pack-set.js';
import {
  factOf,
  inWords,
  protocolConducts,
  readOffence,
  type Offence,
  type Penalty,
} from './offence-facts.js';
import { TableWriter, type Cell, type Table } from './table.js';

const OFFENCE_COLUMNS = [
  'state',
  'statute',
  'conducts',
  'benefit',
  'attempt',
  'basic',
  'aggravated',
  'minimums',
  'aggravating',
  'limitation',
  'other',
  'authority',
] as const;
const PROTOCOL_COLUMNS = [
  '3(a)',
  '6(1)(a)',
  '6(1)(b)',
  '6(1)(c)',
  '6(2)(a)',
  '6(2)(b)',
  '6(2)(c)',
  '6(3)',
  '5',
] as const;

export interface TableRequest {
  readonly packs: PackSet;
  /** Those of the packs when empty. */
  readonly states: readonly string[];
  readonly language: Language;
  readonly today: string;
}

/** The smuggling offence of each State, and each law set against the Protocol (CRM plan, Eje 2, action 7). */
export function offenceTable({
  packs,
  states,
  language,
  today,
}: TableRequest): readonly [Table, Table] {
  const write = new TableWriter(language, today);
  const chosen = countriesOf(packs, states);
  return [
    write.table(
      'offences',
      OFFENCE_COLUMNS,
      chosen.map((country) => offenceRow(country, packs, write)),
    ),
    write.table(
      'protocol',
      ['state', ...PROTOCOL_COLUMNS],
      chosen.map((country) => protocolRow(country, write)),
    ),
  ];
}

/** The countries asked for that the packs have, in the order of their codes. */
export function countriesOf(
  { countries }: PackSet,
  states: readonly string[],
): readonly CountryPack[] {
  const codes = states.length === 0 ? Object.keys(countries) : states;
  return codes
    .toSorted()
    .flatMap((code) => (Object.hasOwn(countries, code) ? (countries[code] ?? []) : []));
}

function nameOf(country: CountryPack, language: Language): string {
  return `${country.state} ${language === 'es' ? country.nameEs : country.nameEn}`;
}

function offenceRow(country: CountryPack, packs: PackSet, write: TableWriter): readonly Cell[] {
  const told = (say: (value: Offence) => string) =>
    write.fact(factOf(country, 'smugglingOffence'), (value) => say(readOffence(value)));
  const [first, rest] = [
    (value: Offence) => value.penalties.slice(0, 1),
    (value: Offence) => value.penalties.slice(1),
  ];
  // Figures that contradict each other stand side by side, beside the basic one.
  const isBasic = ({ conflicting }: Penalty) => conflicting === true;
  return [
    write.plain(nameOf(country, write.language)),
    told(({ statute, articles }) =>
      [statute ?? '', articles.join(', ')].filter((one) => one !== '').join(': '),
    ),
    told((value) => value.conducts.join('; ')),
    told((value) => write.yesOrNo(value.financialBenefitRequired)),
    attemptOf(country, write),
    told((value) => penaltiesOf([...first(value), ...rest(value).filter(isBasic)], write)),
    told((value) =>
      penaltiesOf(
        rest(value).filter((one) => !isBasic(one)),
        write,
      ),
    ),
    told((value) =>
      penaltiesOf(
        value.penalties.filter((one) => one.mandatoryMinimum === true),
        write,
      ),
    ),
    told((value) => value.aggravating.join('; ')),
    write.fact(factOf(country, 'limitation'), inWords),
    othersOf(country, write),
    authorityOf(country, packs, write),
  ];
}

function protocolRow(country: CountryPack, write: TableWriter): readonly Cell[] {
  const stated = factOf(country, 'protocolConducts');
  return [
    write.plain(nameOf(country, write.language)),
    ...PROTOCOL_COLUMNS.map((part) =>
      stated === undefined
        ? impliedBy(country, part, write)
        : write.fact(stated, (value) => write.yesOrNo(protocolConducts.parse(value)[part])),
    ),
  ];
}

// What no fact of the pack says in its own field is unknown: texts of conducts are for people to read.
function impliedBy(
  country: CountryPack,
  part: (typeof PROTOCOL_COLUMNS)[number],
  write: TableWriter,
): Cell {
  const offenceFact = factOf(country, 'smugglingOffence');
  switch (part) {
    case '3(a)':
      return write.fact(offenceFact, (value) =>
        write.yesOrNo(readOffence(value).financialBenefitRequired),
      );
    case '6(1)(a)':
      return write.fact(country.smugglingElements, (value) =>
        value.includes('illegalEntry') ? write.word('yes') : '',
      );
    case '6(2)(a)':
      return attemptOf(country, write);
    case '5':
      return write.fact(offenceFact, (value) => write.yesOrNo(exemptionOf(readOffence(value))));
    case '6(1)(b)':
    case '6(1)(c)':
    case '6(2)(b)':
    case '6(2)(c)':
    case '6(3)':
      return write.fact(undefined, () => '');
  }
}

function exemptionOf({ details }: Offence): boolean | null {
  return details?.['migrantExempt'] === true ? true : null;
}

/** The fact of its own; else what the text of the offence says. */
function attemptOf(country: CountryPack, write: TableWriter): Cell {
  const own = factOf(country, 'attemptPunishable');
  if (own !== undefined && own.value !== null) {
    return write.fact(own, (value) =>
      typeof value === 'boolean' ? write.yesOrNo(value) : inWords(value),
    );
  }
  return write.fact(factOf(country, 'smugglingOffence'), (value) =>
    readOffence(value).details?.['attemptInText'] === true ? write.word('yes') : '',
  );
}

function penaltiesOf(penalties: readonly Penalty[], write: TableWriter): string {
  return penalties.map((penalty) => penaltyOf(penalty, write)).join('; ');
}

function penaltyOf(
  { case: name, minYears, maxYears, ...more }: Penalty,
  write: TableWriter,
): string {
  const range = [minYears, maxYears].some((years) => typeof years === 'number')
    ? `${minYears ?? '…'}–${maxYears ?? '…'} ${write.word('years')}`
    : '';
  const marks = (['life', 'death', 'conflicting'] as const).filter((mark) => more[mark] === true);
  const said = [range, more.increase ?? '', ...marks.map((mark) => write.word(mark))];
  return `${name}: ${said.filter((one) => one !== '').join(', ')}`;
}

/** Reforms that wait and texts that were, each with where it is known from. */
function othersOf({ other = {} }: CountryPack, write: TableWriter): Cell {
  const told = Object.entries(other).filter(([name]) =>
    /reform|earlier|related|vetoed|law$/iu.test(name),
  );
  if (told.length === 0) return write.fact(undefined, () => '');
  const cells = told.map(([, fact]) => write.fact(fact, inWords));
  return {
    text: cells.map(({ text }) => text).join('; '),
    facts: cells.flatMap(({ facts }) => facts),
  };
}

function authorityOf(
  { centralAuthorityId }: CountryPack,
  packs: PackSet,
  write: TableWriter,
): Cell {
  const cells = Object.entries(centralAuthorityId ?? {}).map(([instrument, fact]) => {
    const named = packs.authorities.find(({ id }) => id === fact.value);
    const name = write.language === 'es' ? named?.nameEs : named?.nameEn;
    const cell = write.fact(fact, (id) => name ?? id);
    return { ...cell, text: instrument === '*' ? cell.text : `${instrument}: ${cell.text}` };
  });
  return cells.length === 0
    ? write.fact(undefined, () => '')
    : {
        text: cells.map(({ text }) => text).join('; '),
        facts: cells.flatMap(({ facts }) => facts),
      };
}
