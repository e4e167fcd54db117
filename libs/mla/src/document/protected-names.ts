import { isChild } from '../check/case.js';
import type { MlaRequest } from '../request/model.js';
import type { Person } from '../request/parties.js';
import { codeOf } from './case-sections.js';
import { redactor } from './redaction.js';

/**
 * Codes of those persons of a request who may not be named to another State before anything is formal, and whom one of
 * the texts names or gives away by an alias or a document: children, asylum seekers and refugees, protected witnesses,
 * victims of trafficking, and whoever the request itself keeps in the sealed annex. The rules of protection for what is
 * no request (group D).
 */
export function personsNamedIn(
  { persons = [] }: MlaRequest,
  texts: readonly string[],
  today: string,
): readonly string[] {
  return persons.flatMap((person, index) => {
    if (!isSheltered(person, today)) return [];
    const instead = codeOf(index);
    const redact = redactor([{ person, instead }]);
    const isNamed = texts.some((text) => redact(text) !== text.normalize('NFC'));
    return isNamed ? [instead] : [];
  });
}

function isSheltered(person: Person, today: string): boolean {
  const { asylum, protectedWitness, traffickingVictim } = person.protection ?? {};
  return (
    isChild(person, today) ||
    asylum === 'applicant' ||
    asylum === 'refugee' ||
    protectedWitness === true ||
    traffickingVictim === true ||
    person.nameDisclosed === 'sealed-annex'
  );
}
