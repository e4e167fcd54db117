import type { FactReader, FactUse } from '../packs/fact-reader.js';
import {
  choose,
  governingFrom,
  pairStatus,
  primaryIndex,
  TREATIES,
  type Governing,
  type Treaty,
} from '../packs/governing.js';
import type { Status } from '../packs/status.js';
import { ageOn } from '../request/days.js';
import type { Elements, Paragraph, Source } from '../request/facts.js';
import type { Measure } from '../request/measure.js';
import type { Annex, MlaRequest } from '../request/model.js';
import type { Offence, Person } from '../request/parties.js';

/** An entry of a list of the request: the value, its JSON pointer, its position, and the name findings call it by. */
export interface Item<T> {
  readonly value: T;
  readonly path: string;
  readonly index: number;
  readonly subject: string;
}

/** What rules see: one request, one day, one set of packs, and the questions they all ask of them. */
export class Case {
  readonly measures: readonly Item<Measure>[];
  readonly persons: readonly Item<Person>[];
  readonly offences: readonly Item<Offence>[];
  readonly annexes: readonly Item<Annex>[];
  readonly sources: readonly Item<Source>[];
  readonly paragraphs: readonly Item<Paragraph>[];
  readonly elements: Elements;
  readonly governing: Governing;
  readonly #statuses = new Map<string, Status>();
  readonly #targeted: ReadonlySet<string>;
  readonly #narrated: ReadonlySet<string>;

  constructor(
    readonly request: MlaRequest,
    readonly facts: FactReader,
  ) {
    this.measures = items('/measures', request.measures);
    this.persons = items('/persons', request.persons);
    this.offences = items('/offences', request.offences);
    this.annexes = items('/annexes', request.annexes);
    this.sources = items('/facts/sources', request.facts?.sources);
    this.paragraphs = paragraphItems(request.facts?.paragraphs);
    this.elements = request.facts?.elements ?? {};
    this.governing = governingFrom(request, (instrument) => this.status(instrument));
    this.#targeted = new Set(this.measures.flatMap(({ value }) => value.targetPersonIds ?? []));
    this.#narrated = new Set(this.paragraphs.flatMap(({ value }) => value.personIds ?? []));
  }

  get today(): string {
    return this.facts.today;
  }

  status(instrument: string): Status {
    const known = this.#statuses.get(instrument);
    if (known) return known;
    const read = pairStatus(this.facts, this.request, instrument);
    this.#statuses.set(instrument, read);
    return read;
  }

  governs(treaty: Treaty): boolean {
    return this.governing.instrument === treaty;
  }

  /** Whether a treaty would govern if it were in force, where its status is not known. */
  mightGovern(treaty: Treaty): boolean {
    if (!this.governing.unresolved.includes(treaty)) return false;
    const set = TREATIES.filter(
      (one) => one === treaty || this.governing.treaties.some((other) => other.instrument === one),
    );
    return choose(this.request, set).instrument === treaty;
  }

  /** The facts on which the governing instrument rests. */
  get governingFacts(): readonly FactUse[] {
    const { instrument } = this.governing;
    return instrument === null ? [] : this.status(instrument).facts;
  }

  /** Budapest Convention, articles 27(1) and 28(1): its own procedure is for pairs without any treaty. */
  get hasNoTreaty(): boolean {
    return TREATIES.every((treaty) => this.status(treaty).state === 'not-in-force');
  }

  /** Budapest is cited and in force, and no treaty is: then its articles 27 and 28 apply. */
  get isUnderBudapest27(): boolean {
    return (
      this.cites('BUDAPEST') && this.status('BUDAPEST').state === 'in-force' && this.hasNoTreaty
    );
  }

  cites(...instruments: readonly string[]): boolean {
    return (this.request.legalBases ?? []).some((basis) =>
      instruments.includes(basis.instrument ?? ''),
    );
  }

  /** The values by which the drafter chooses the governing instrument. */
  get choicePaths(): readonly string[] {
    const entry = `/legalBases/${primaryIndex(this.request)}`;
    return (this.request.legalBases ?? []).length > 0
      ? [`${entry}/instrument`, `${entry}/primary`]
      : ['/legalBases'];
  }

  isRequestedFrom(...states: readonly string[]): boolean {
    return states.includes(this.request.requestedState ?? '');
  }

  hasCategory(...categories: readonly string[]): boolean {
    return this.offences.some(({ value }) => inCategory(value, ...categories));
  }

  hasMeasure(types: ReadonlySet<Measure['type']>): boolean {
    return this.measures.some(({ value }) => types.has(value.type));
  }

  hasAssurance(kind: string): boolean {
    return (this.request.assurances ?? []).some((assurance) => assurance.kind === kind);
  }

  /** A request that only asks to deliver documents needs no account of the facts. */
  get isServiceOnly(): boolean {
    return (
      this.measures.length > 0 &&
      this.measures.every(({ value }) => value.type === 'service-of-documents')
    );
  }

  targetsOf(measure: Measure): readonly Item<Person>[] {
    const ids = measure.targetPersonIds ?? [];
    return this.persons.filter(({ value }) => value.id !== undefined && ids.includes(value.id));
  }

  measuresAt(person: Person): readonly Item<Measure>[] {
    const { id } = person;
    return id === undefined
      ? []
      : this.measures.filter(({ value }) => value.targetPersonIds?.includes(id));
  }

  isTarget(person: Person): boolean {
    return person.id !== undefined && this.#targeted.has(person.id);
  }

  isNarrated(person: Person): boolean {
    return person.id !== undefined && this.#narrated.has(person.id);
  }

  isChild(person: Person): boolean {
    return isChild(person, this.today);
  }
}

/** Marked as a minor, or under 18 on the day by date of birth. */
export function isChild({ minor, dateOfBirth }: Person, day: string): boolean {
  return minor === true || (dateOfBirth !== undefined && ageOn(dateOfBirth, day) < 18);
}

export function inCategory(offence: Offence, ...categories: readonly string[]): boolean {
  return (offence.categories ?? []).some((category) => categories.includes(category));
}

export function hasRole(person: Person, ...roles: readonly string[]): boolean {
  return (person.roles ?? []).some((role) => roles.includes(role));
}

/** Absent counts as full: the drafter must ask for the protection of a name, and forgetting it must be seen. */
export function isDisclosed(person: Person): boolean {
  return (person.nameDisclosed ?? 'full') === 'full';
}

function items<T extends { id?: string | undefined }>(
  path: string,
  list: readonly T[] | undefined,
): Item<T>[] {
  return (list ?? []).map((value, index) => ({
    value,
    index,
    path: `${path}/${index}`,
    subject: value.id ?? `${path.slice(1)}/${index}`,
  }));
}

function paragraphItems(list: readonly Paragraph[] | undefined): Item<Paragraph>[] {
  return (list ?? []).map((value, index) => ({
    value,
    index,
    path: `/facts/paragraphs/${index}`,
    subject: value.n === undefined ? `facts/paragraphs/${index}` : String(value.n),
  }));
}
