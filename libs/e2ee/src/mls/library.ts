/**
 * The one door to `ts-mls` (1.6.4, exactly). By path: its index would load two providers of its own, and with them
 * packages that the port never uses.
 */
export { createGroup, makePskIndex, type ClientState } from 'ts-mls/clientState.js';
export {
  createCommit,
  createGroupInfoWithExternalPubAndRatchetTree,
  joinGroupExternal,
} from 'ts-mls/createCommit.js';
export { type CiphersuiteImpl } from 'ts-mls/crypto/ciphersuite.js';
export { generateKeyPackageWithKey } from 'ts-mls/keyPackage.js';
export { processPublicMessage } from 'ts-mls/processMessages.js';
