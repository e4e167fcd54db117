import { formatInstant } from '@enlace/kernel';
import { formatVkey, type Hasher, type Policy } from '@enlace/tlog';

import { emptyDirectory, type Directory } from '../fold/directory.js';
import { replay } from '../fold/apply.js';
import { parseStatement, type StateRoot, type Statement } from '../statements/statement.js';
import type { TrustStore } from '../trust-store/trust-store.js';
import { EVIDENCE_LIMITS } from './bundle-names.js';
import type { Problems } from './bundle-report.js';
import { readLines, reading } from './open-container.js';
import type { BundleLogs } from './open-logs.js';
import { assertLeafOf, parseStatementLine, type EvidenceStatement } from './statement-line.js';

const FILE = 'statements.jsonl';

/** What whoever verifies brings along. */
export interface FoldTask {
  readonly hasher: Hasher;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly logs: BundleLogs;
  readonly policy: Policy;
  /** Null: nobody here vouches for a root; those of the bundle are taken, which is a reservation. */
  readonly trustStore: TrustStore | null;
}

/** The directory that the proven statements of a bundle add up to; each that does not count is a problem. */
export function foldEvidence(task: FoldTask, problems: Problems): Directory {
  const { hasher, files, logs } = task;
  const told = { problems, limit: EVIDENCE_LIMITS.statements, read: parseStatementLine };
  const lines = readLines(files, FILE, told);
  const proven = lines.filter((line, at) => {
    const { index } = line;
    if (at > 0 && index <= (lines[at - 1]?.index ?? -1)) {
      problems.add('malformed', 'line.order', { file: FILE, index });
      return false;
    }
    const place = { file: FILE, index };
    const isLeaf = reading(problems, place, () => (assertLeafOf(hasher, line), true)) === true;
    return logs.prove(problems, line) !== null && isLeaf;
  });
  const trustStore = task.trustStore ?? rootsOf(task, proven);
  if (task.trustStore === null) {
    const detail = trustStore.roots.map(({ state }) => state).join(' ');
    problems.add('roots', 'roots.unverified', { file: FILE, detail });
  }
  const { directory, skipped } = replay(emptyDirectory(trustStore, null), proven);
  for (const { index, error } of skipped) {
    problems.add('integrity', 'statement.refused', { file: FILE, index, detail: error.message });
  }
  for (const { index } of directory.forks) {
    problems.add('integrity', 'statement.forked', { file: FILE, index });
  }
  return directory;
}

/** A trust store of the roots that the bundle itself names first: enough to see whether it contradicts itself. */
function rootsOf({ policy }: FoldTask, proven: readonly EvidenceStatement[]): TrustStore {
  const roots = new Map<string, TrustStore['roots'][number]>();
  for (const { wire } of proven) {
    const statement = parseStatement(wire);
    if (!isRoot(statement) || roots.has(statement.body.state)) continue;
    const { state, rootKey } = statement.body;
    roots.set(state, { state, rootKey, stateRoot: statement.id });
  }
  const key = policy.logs.map((log) => log.key).find(({ name }) => name.startsWith('directory.'));
  return {
    v: 1,
    deployment: 'evidence',
    directory: { origin: key?.name ?? '', vkey: key === undefined ? '' : formatVkey(key) },
    audit: [],
    policy: '',
    roots: [...roots.values()],
    createdAt: formatInstant(0),
  };
}

function isRoot(statement: Statement): statement is Statement<StateRoot> {
  return statement.type === 'state-root';
}
