/**
 * The one door to `ts-mls` (1.6.4, exactly). By path: its index would load two providers of its own, and with them
 * packages that the port never uses.
 */
export {
  createGroup,
  decodeGroupState,
  encodeGroupState,
  makePskIndex,
  type ClientState,
} from 'ts-mls/clientState.js';
export {
  createCommit,
  createGroupInfoWithExternalPubAndRatchetTree,
  joinGroupExternal,
} from 'ts-mls/createCommit.js';
export { type CiphersuiteImpl } from 'ts-mls/crypto/ciphersuite.js';
export { ratchetTreeFromExtension, type GroupInfo } from 'ts-mls/groupInfo.js';
export { generateKeyPackageWithKey } from 'ts-mls/keyPackage.js';
export { mlsExporter } from 'ts-mls/keySchedule.js';
export { type LeafNode } from 'ts-mls/leafNode.js';
export { decodeMlsMessage, encodeMlsMessage, type MLSMessage } from 'ts-mls/message.js';
export { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js';
export { processPublicMessage } from 'ts-mls/processMessages.js';
export { type PublicMessage } from 'ts-mls/publicMessage.js';
export { type RatchetTree } from 'ts-mls/ratchetTree.js';
