export {
  freshDatabase,
  TEMPLATE_DATABASE,
  type FreshDatabase,
  type TestCluster,
} from './fresh-database.js';
export { checkHistory } from './checker/check-history.js';
export type { Place, RunHistory, Send, ShownList } from './checker/run-history.js';
export { plantSession, type PlantedSession } from './plant-session.js';
export { EvidenceCase, nodeEvidenceCrypto, type EvidenceEdit } from './evidence/evidence-case.js';
export { frozenEvidence, withheldFrom } from './evidence/frozen-evidence.js';
export { servedEvidence } from './evidence/served-evidence.js';
export { everyStatement } from './every-statement.js';
export { AUTHORITIES, LIAISON_REGIONS, personaOf, PERSONAS, type Persona } from './personas.js';
export { refusalOf } from './refusal.js';
export {
  MEMBER_STATES,
  officeId,
  Region,
  REGION_START_MS,
  stateRootOf,
  strictPolicy,
  vkeyOf,
  type AnyDraft,
  type Draft,
} from './region.js';
export { forTestsOnlySeed, testBytes, testId, testPublicKey } from './test-keys.js';
export {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  mlaVector,
  ruleCases,
  type Edits,
  type RuleCase,
} from './mla-cases.js';
export { aClearEntry } from './groups/clear-entry.js';
export { GroupLab, type LabCommit } from './groups/group-lab.js';
export { SeededRandom } from './groups/seeded-random.js';
export { ThreadLab, type LabClient } from './groups/thread-lab.js';
export { flipBit, flipBits } from './flip-bits.js';
export { InventedAuthority, type StampLie } from './time/invented-authority.js';
export { MemoryTiles } from './memory-tiles.js';
export { NaiveTree } from './naive-tree.js';
export { aNoteSigner, nodeTlogCrypto } from './node-tlog-crypto.js';
export { MemoryStore } from './memory-store.js';
export { ScriptedServer, type SeenRequest } from './scripted-server.js';
