import { hasRole, isChild } from '../check/case.js';
import type { Source } from '../request/facts.js';
import type { MlaRequest } from '../request/model.js';
import type { Person } from '../request/parties.js';
import { codeOf } from './case-sections.js';
import { redactor, type Redact } from './redaction.js';

/** What a drafter may show of a suspect or accused, field by field. */
export const SHOWABLE = ['name', 'aliases', 'dateOfBirth', 'idDocuments'] as const;
export type Showable = (typeof SHOWABLE)[number];

export interface ProjectionOptions {
  /** The day on which ages are counted. */
  readonly today: string;
  /** Fields ticked, by the id of the person. */
  readonly shown?: Readonly<Record<string, readonly Showable[]>>;
  /** Identifiers ticked to be shown whole: pointers such as `/measures/0/identifiers/1`. */
  readonly identifiers?: readonly string[];
}

type ProjectedValue =
  | string
  | number
  | boolean
  | readonly ProjectedValue[]
  | { readonly [member: string]: ProjectedValue };
export type Projection = { readonly [member: string]: ProjectedValue };

/** Sections that travel whole but for the names in their texts. Every other section is left out or rebuilt below. */
const WHOLE = [
  'schemaVersion',
  'id',
  'requestKind',
  'requestingState',
  'requestedState',
  'handling',
  'glossary',
  'legalBases',
  'channel',
  'authorities',
  'languages',
  'offences',
  'dualCriminality',
  'confidentiality',
  'urgency',
  'use',
  'evidence',
  'costs',
  'assurances',
] as const;

/**
 * The request as the requested State may see it before it is formal: a document built anew from what is allowed,
 * never the draft with parts taken away. Persons are codes by position; asylum and origin never travel.
 */
export function project(request: MlaRequest, options: ProjectionOptions): Projection {
  const builder = new Builder(request, options);
  const whole = Object.fromEntries(WHOLE.map((name) => [name, builder.value(request[name])]));
  return present({
    ...whole,
    proceeding: builder.proceeding(),
    persons: (request.persons ?? []).map((person, index) => builder.person(person, index)),
    facts: builder.facts(),
    measures: builder.value(
      request.measures?.map((measure, index) => ({
        ...measure,
        identifiers: builder.identifiers(measure, index),
      })),
    ),
    parallelProceedings: builder.value(
      request.parallelProceedings?.filter(({ state }) => builder.isOfPair(state)),
    ),
    relatedRequests: builder.value(
      request.relatedRequests?.filter(({ state }) => state === request.requestedState),
    ),
    annexes: builder.value(
      request.annexes?.map(({ id, kind, title, language }) => ({ id, kind, title, language })),
    ),
  });
}

class Builder {
  readonly #codes: ReadonlyMap<string, string>;
  readonly #redact: Redact;

  constructor(
    readonly request: MlaRequest,
    readonly options: ProjectionOptions,
  ) {
    const persons = request.persons ?? [];
    this.#codes = new Map(
      persons.flatMap(({ id }, index) => (id === undefined ? [] : [[id, codeOf(index)] as const])),
    );
    const aliases = persons.map((person, index) => ({
      person,
      instead: this.#shows(person).includes('name') ? null : codeOf(index),
    }));
    const masked = (request.measures ?? []).flatMap(({ identifiers = [] }, measure) =>
      identifiers.flatMap(({ value = '' }, at) =>
        this.#isTicked(measure, at) ? [] : [{ value, instead: `[${maskOf(value)}]` }],
      ),
    );
    this.#redact = redactor(aliases, masked);
  }

  isOfPair(state: string | undefined): boolean {
    return (
      state !== undefined &&
      [this.request.requestingState, this.request.requestedState].includes(state)
    );
  }

  /** But for the drafter's own doubt about the purpose of the proceeding. */
  proceeding(): ProjectedValue | undefined {
    const { discriminatoryPurposeIndicated: _, ...proceeding } = this.request.proceeding ?? {};
    return this.value(proceeding);
  }

  /** Any part of the request, with names replaced in its texts and persons by their codes. */
  value(part: unknown): ProjectedValue | undefined {
    return copyOf(part, (text, name) => {
      const isPerson = ['targetPersonIds', 'personIds', 'receiver'].includes(name);
      return (isPerson ? this.#codes.get(text) : undefined) ?? this.#redact(text);
    });
  }

  person(person: Person, index: number): Projection {
    const { id } = person;
    const isSupported = (this.request.measures ?? []).some(
      ({ targetPersonIds = [], specialMeasures = [] }) =>
        id !== undefined && targetPersonIds.includes(id) && specialMeasures.length > 0,
    );
    const shown = Object.fromEntries(
      this.#shows(person).map((field) => [field, copyOf(person[field], (text) => text)]),
    );
    return present({
      code: codeOf(index),
      kind: person.kind,
      roles: person.roles,
      nationalities: person.nationalities,
      ageBand: ageBand(person, this.options.today),
      location: person.location?.state === undefined ? undefined : { state: person.location.state },
      specialMeasuresAsked: isSupported,
      ...shown,
    });
  }

  identifiers(measure: NonNullable<MlaRequest['measures']>[number], index: number) {
    return measure.identifiers?.map(({ kind, value = '', timestamp }, at) =>
      this.#isTicked(index, at)
        ? { kind, value, timestamp }
        : { kind, masked: maskOf(value), timestamp },
    );
  }

  /**
   * Information of a third State that may not go on, and what rests on it alone, is left out; so is a summary of it.
   */
  facts(): ProjectedValue | undefined {
    const { facts } = this.request;
    if (!facts) return undefined;
    const sources = facts.sources ?? [];
    const kept = sources.filter((source) => !this.#isBarred(source));
    const uses = (some: readonly Source[], n: number | undefined) =>
      n !== undefined && some.some(({ usedInParagraphs = [] }) => usedInParagraphs.includes(n));
    const barred = sources.filter((source) => this.#isBarred(source));
    const isLeftOut = (n: number | undefined) => uses(barred, n) && !uses(kept, n);
    const paragraphs = (facts.paragraphs ?? []).filter(({ n }) => !isLeftOut(n));
    const isWhole = !barred.some(({ usedInParagraphs = [] }) => usedInParagraphs.some(isLeftOut));
    return this.value({
      summary: isWhole ? facts.summary : undefined,
      period: facts.period,
      places: facts.places,
      paragraphs,
      elements: facts.elements,
      sources: kept.map(({ kind, handling }) => ({ kind, code: handling?.code })),
    });
  }

  #isBarred({ fromState, handling }: Source): boolean {
    const isThird = fromState !== undefined && !this.isOfPair(fromState);
    return isThird && (handling?.code === 'EN2' || handling?.code === 'EN3');
  }

  #isTicked(measure: number, at: number): boolean {
    return this.options.identifiers?.includes(`/measures/${measure}/identifiers/${at}`) === true;
  }

  /** Never of a child or of someone whose age is unknown, nor of an asylum seeker, a refugee or a protected witness. */
  #shows(person: Person): readonly Showable[] {
    const { protection } = person;
    const isShielded =
      protection?.protectedWitness === true ||
      !['none', undefined].includes(protection?.asylum) ||
      ageBand(person, this.options.today) !== 'adult';
    if (isShielded || !hasRole(person, 'suspect', 'accused') || person.id === undefined) return [];
    const { shown = {} } = this.options;
    const ticked = Object.hasOwn(shown, person.id) ? shown[person.id] : [];
    return SHOWABLE.filter((field) => ticked?.includes(field));
  }
}

function ageBand(person: Person, today: string): 'child' | 'adult' | 'unknown' {
  if (isChild(person, today)) return 'child';
  return person.dateOfBirth === undefined && person.minor === undefined ? 'unknown' : 'adult';
}

/** The last three characters, and never more than half of the value. */
function maskOf(value: string): string {
  const kept = Math.min(3, Math.floor(value.length / 2));
  return `…${kept === 0 ? '' : value.slice(-kept)}`;
}

/** A copy of plain data; `write` gives each text, from the text and the name of the member that holds it. */
function copyOf(
  part: unknown,
  write: (text: string, name: string) => string,
  name = '',
): ProjectedValue | undefined {
  if (typeof part === 'string') return write(part, name);
  if (typeof part === 'number' || typeof part === 'boolean') return part;
  if (Array.isArray(part)) return part.flatMap((item: unknown) => copyOf(item, write, name) ?? []);
  if (typeof part !== 'object' || part === null) return undefined;
  return present(
    Object.fromEntries(
      Object.entries(part).map(([member, inner]) => [member, copyOf(inner, write, member)]),
    ),
  );
}

function present(members: Record<string, ProjectedValue | undefined>): Projection {
  const kept: Record<string, ProjectedValue> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
