import type { Finding } from '../check/finding.js';
import type { MlaRequest } from '../request/model.js';
import { codeOf } from './case-sections.js';
import { redactor, type Redact } from './redaction.js';

/** Texts about a request, such as its title, with codes in place of everybody whom it names. */
export function withoutNames({ persons = [] }: MlaRequest): Redact {
  return redactor(persons.map((person, index) => ({ person, instead: codeOf(index) })));
}

/**
 * The same for lists and previews of the own unit: codes for those alone whom a rule of protection guards with a
 * blocker (mla.md, section 2.5). Whoever considered the blocker has not hidden the person any less.
 */
export function withoutGuardedNames(
  { persons = [] }: MlaRequest,
  findings: readonly Finding[],
): Redact {
  const guarded = new Set(
    findings.flatMap(({ group, severity, subject }) =>
      group === 'D' && severity === 'blocker' ? [subject] : [],
    ),
  );
  return redactor(
    persons.flatMap((person, index) =>
      person.id !== undefined && guarded.has(person.id) ? [{ person, instead: codeOf(index) }] : [],
    ),
  );
}
