import { RELEASE_FILES } from '@enlace/contracts';
import { equalBytes, isDomainError, sha256, toHex, utf8 } from '@enlace/kernel';
import type { Policy } from '@enlace/tlog';
import {
  releaseIdOf,
  verifyReleaseEvidence,
  verifyWebRelease,
  type LoggedRelease,
  type TrustStore,
  type WebRelease,
} from '@enlace/trust';
import { noteCrypto } from '../../log/note-crypto.js';
import type { Deliver, Delivered } from './delivered.js';
import { readApiOrigin, readDeliveredManifest, type DeliveredManifest } from './web-manifest.js';

/** Something that a server delivers otherwise than was signed. */
export interface WebProblem {
  readonly code:
    | 'web.manifest'
    | 'web.file'
    | 'web.header'
    | 'web.cookie'
    | 'web.extra'
    | 'web.trust-store'
    | 'web.release'
    | 'web.event';
  readonly path: string;
  readonly detail: string;
}

export interface WebFinding {
  readonly releaseId: string | null;
  readonly manifestHash: string | null;
  readonly files: number;
  readonly signers: readonly string[];
  readonly logged: LoggedRelease | null;
  readonly problems: readonly WebProblem[];
}

type NamedRelease = Pick<WebRelease, 'releaseId' | 'manifestHash'>;

interface Check {
  readonly deliver: Deliver;
  readonly trustStore: TrustStore;
  /** The very text that this verifier holds. */
  readonly trustStoreText: string;
  readonly policy: Policy;
  readonly isTls: boolean;
  /** A path that no build names. */
  readonly inventedPath: string;
}

/**
 * Compares what a server delivers with what was signed and logged; it never stops at the first fault. Keys, witnesses
 * and roots are the verifier's own.
 */
export async function checkDelivery(check: Check): Promise<WebFinding> {
  const problems: WebProblem[] = [];
  const answer = await check.deliver(RELEASE_FILES.manifest);
  const manifest = answer.status === 200 ? readDeliveredManifest(answer.bytes) : null;
  if (manifest === null) {
    problems.push(problem('web.manifest', RELEASE_FILES.manifest, `${answer.status}`));
    const nothing = { releaseId: null, manifestHash: null, files: 0, signers: [], logged: null };
    return { ...nothing, problems };
  }
  const manifestHash = sha256(answer.bytes);
  const release: NamedRelease = {
    releaseId: releaseIdOf(manifest.version, manifestHash),
    manifestHash,
  };
  await checkFiles(check, manifest, problems);
  await checkOutside(check, problems);
  const signers = await checkSignatures(check, release, problems);
  const logged = await checkEvent(check, release, problems);
  const { releaseId } = release;
  const files = manifest.files.length;
  return { releaseId, manifestHash: toHex(manifestHash), files, signers, logged, problems };
}

async function checkFiles(
  { deliver, isTls }: Check,
  { headers, files }: DeliveredManifest,
  problems: WebProblem[],
): Promise<void> {
  const answers = new Map<string, Delivered>();
  for (const { path } of files) answers.set(path, await deliver(path));
  answers.set(RELEASE_FILES.manifest, await deliver(RELEASE_FILES.manifest));
  const deployment = answers.get('/deployment.json');
  const apiOrigin = deployment === undefined ? undefined : readApiOrigin(deployment.bytes);
  for (const file of files) {
    const answer = answers.get(file.path);
    if (!isFile(answer, file)) problems.push(problem('web.file', file.path, statusOf(answer)));
  }
  for (const [path, answer] of answers) {
    problems.push(...wrongHeaders(path, answer, { headers, isTls, apiOrigin: apiOrigin ?? null }));
    if (answer.headers.has('set-cookie')) problems.push(problem('web.cookie', path, ''));
  }
}

function isFile(
  answer: Delivered | undefined,
  { size, sha256: hash }: DeliveredManifest['files'][number],
): boolean {
  return (
    answer?.status === 200 && answer.bytes.length === size && toHex(sha256(answer.bytes)) === hash
  );
}

function statusOf(answer: Delivered | undefined): string {
  return String(answer?.status ?? '');
}

function wrongHeaders(
  path: string,
  answer: Delivered,
  promised: Pick<DeliveredManifest, 'headers'> & {
    readonly isTls: boolean;
    readonly apiOrigin: string | null;
  },
): WebProblem[] {
  const { apiOrigin, isTls } = promised;
  const api = apiOrigin === null ? '' : `${apiOrigin} ${apiOrigin.replace(/^https:/, 'wss:')}`;
  return [...promised.headers]
    .filter(([name]) => isTls || name !== 'strict-transport-security')
    .filter(([name, template]) => {
      const expected = template.replaceAll('{api}', api).trim();
      return answer.headers.get(name)?.trim() !== expected;
    })
    .map(([name]) => problem('web.header', path, name));
}

/** What is beside the files of the manifest: the trust store, and nothing else. */
async function checkOutside(
  { deliver, trustStoreText, inventedPath }: Check,
  problems: WebProblem[],
): Promise<void> {
  const path = '/trust-store.json';
  const served = await deliver(path);
  const isSame = served.status === 200 && equalBytes(served.bytes, utf8(trustStoreText));
  if (!isSame) problems.push(problem('web.trust-store', path, String(served.status)));
  for (const invented of [inventedPath, '/index.html']) {
    const { status } = await deliver(invented);
    if (status !== 404) problems.push(problem('web.extra', invented, String(status)));
  }
}

async function checkSignatures(
  { deliver, trustStore }: Check,
  release: NamedRelease,
  problems: WebProblem[],
): Promise<readonly string[]> {
  const path = RELEASE_FILES.note;
  const { status, bytes } = await deliver(path);
  const refused = (detail: string) => {
    problems.push(problem('web.release', path, detail));
    return [];
  };
  if (status !== 200) return refused(String(status));
  try {
    const verified = verifyWebRelease(noteCrypto, bytes, trustStore);
    const isThis = equalBytes(verified.manifestHash, release.manifestHash);
    return isThis ? verified.signers : refused('other-release');
  } catch (error) {
    return refused(ruleOf(error));
  }
}

async function checkEvent(
  { deliver, policy, trustStore }: Check,
  release: NamedRelease,
  problems: WebProblem[],
): Promise<LoggedRelease | null> {
  const path = RELEASE_FILES.evidence;
  const { status, bytes } = await deliver(path);
  const refused = (detail: string) => {
    problems.push(problem('web.event', path, detail));
    return null;
  };
  if (status !== 200) return refused(String(status));
  try {
    return verifyReleaseEvidence(noteCrypto, bytes, { release, policy, trustStore });
  } catch (error) {
    return refused(ruleOf(error));
  }
}

function ruleOf(error: unknown): string {
  if (!isDomainError(error)) throw error;
  return String(error.facts['rule'] ?? error.code);
}

function problem(code: WebProblem['code'], path: string, detail: string): WebProblem {
  return { code, path, detail };
}
