import { useEditing } from './editing.js';
import { FindingNote } from './finding-note.js';

/** Findings on a place itself. */
export function Notes({ path }: { readonly path: string }) {
  const { findings } = useEditing();
  const found = findings.get(path) ?? [];
  return found.map((finding) => (
    <FindingNote key={`${finding.rule} ${finding.subject}`} finding={finding} onJump={null} />
  ));
}
