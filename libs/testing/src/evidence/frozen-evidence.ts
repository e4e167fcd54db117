import { formatErasedRange, type EvidenceEvent } from '@enlace/tlog';

import { EvidenceCase } from './evidence-case.js';

/** The same events, some without what another State's auditor may not read. */
export function withheldFrom(
  events: readonly EvidenceEvent[],
  indices: readonly number[],
): readonly EvidenceEvent[] {
  return events.map((event) => {
    if (!indices.includes(event.index)) return event;
    const { what, why } = event.sections;
    const sections = { ...(what && { what }), ...(why && { why }) };
    const absent = { who: 'withheld', where: 'withheld', attest: 'withheld' } as const;
    return { ...event, sections, absent };
  });
}

/** The bundle of `libs/trust/vectors/evidence`: every state of a section but MISSING, each kind of signature. */
export async function frozenEvidence() {
  const evidence = await EvidenceCase.begun();
  evidence.signIn('cr-rosa');
  const erased = evidence.act('cr-rosa', { type: 'case.consulted' });
  const other = evidence.act('gt-delia', { type: 'case.listed' });
  evidence.state('cr-rosa', { type: 'safety-number.verified' });
  const range = { origin: 'audit.example.test/2027', first: erased, last: erased };
  evidence.record({
    type: 'section.erased',
    outcome: 'success',
    actorState: 'CR',
    sections: ['where'],
    ranges: [formatErasedRange(range)],
  });
  const events = (all: readonly EvidenceEvent[]) =>
    withheldFrom(all, [other]).map((event) => {
      if (event.index !== erased) return event;
      const { where: gone, ...sections } = event.sections;
      return gone === undefined
        ? event
        : { ...event, sections, absent: { where: 'erased' } as const };
    });
  return { bundle: evidence.bundle('cr-ines', { events }), evidence };
}
