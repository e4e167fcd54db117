import {
  asReleased,
  isComplete,
  keepOnly,
  MANIFEST_PATH,
  openRelease,
  readActive,
  writeActive,
  type Active,
  type Manifest,
  type ManifestFile,
} from './kept-releases.js';
import { NOTE_PATH, Refused, sha256, verifyNote, type Pin } from './release-note.js';

/** What a look at the server has shown; a page parses it. */
export type Looked =
  /** What the server delivers is what this browser keeps and runs. */
  | { readonly kind: 'current'; readonly releaseId: string }
  /** Kept whole and verified; it runs once somebody asked for it. `logIndex` as the server says. */
  | {
      readonly kind: 'ready';
      readonly releaseId: string;
      readonly manifestHash: string;
      readonly logIndex: number | null;
    }
  /** Nobody has ever released a client here: nothing is kept. */
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'unreachable' }
  /** Not what was released. `held`: the release that this browser goes on with; null where it has none. */
  | {
      readonly kind: 'refused';
      readonly rule: string;
      readonly path: string;
      readonly held: string | null;
    };

type Bytes = Uint8Array<ArrayBuffer>;

/** While a release takes the place of another, nodes of a server differ for a moment; a changed file stays changed. */
const TRIES = 4;
const FILES_AT_ONCE = 6;

/** Looks at what the server delivers, and keeps it when it was released. Never rejects. */
export async function look(): Promise<Looked> {
  const active = await readActive();
  let refused: Refused | null = null;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await lookOnce(active);
    } catch (error) {
      if (!(error instanceof Refused)) return { kind: 'unreachable' };
      refused = error;
    }
  }
  const { rule = '', path = '' } = refused ?? {};
  return { kind: 'refused', rule, path, held: active?.releaseId ?? null };
}

/** Runs a release that was found to be ready. A page that asks for another one changes nothing. */
export async function change(manifestHash: string): Promise<Looked> {
  const looked = await look();
  if (looked.kind !== 'ready' || looked.manifestHash !== manifestHash) return looked;
  const active = await readActive();
  const release = active === null ? null : await releaseOf(manifestHash, active.pin);
  if (active === null || release === null) return looked;
  await writeActive({ ...release, pin: active.pin });
  return { kind: 'current', releaseId: release.releaseId };
}

async function lookOnce(active: Active | null): Promise<Looked> {
  const manifest = await bytesAt(MANIFEST_PATH);
  const manifestHash = await sha256(manifest);
  const isRunning = active?.manifestHash === manifestHash;
  if (isRunning && (await isComplete(manifestHash))) {
    return { kind: 'current', releaseId: active.releaseId };
  }
  const release = await releasedNow(manifestHash, active);
  if (release === null) return { kind: 'unsigned' };
  await keepOnly(manifestHash, active?.manifestHash ?? manifestHash);
  if (!(await isComplete(manifestHash))) await keep(manifest, manifestHash);
  // Should this end here, the next look finds the release kept, and nothing is fetched again.
  const { releaseId } = release;
  if (active !== null && !isRunning) {
    return { kind: 'ready', releaseId, manifestHash, logIndex: await logIndex() };
  }
  await writeActive(release);
  return { kind: 'current', releaseId };
}

/** Null where nobody was ever asked to sign. Throws `Refused`. */
async function releasedNow(manifestHash: string, active: Active | null): Promise<Active | null> {
  const pin = active?.pin ?? (await firstPin());
  const release = pin === null ? null : await releaseOf(manifestHash, pin);
  if (pin === null || release === null) {
    if (active !== null) throw new Refused('unsigned', NOTE_PATH);
    return null;
  }
  // A kept note brings nothing back.
  if (active !== null && release.issuedAt < active.issuedAt) throw new Refused('older', NOTE_PATH);
  return { ...release, pin };
}

async function keep(manifestBytes: Bytes, manifestHash: string): Promise<void> {
  const cache = await openRelease(manifestHash);
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(manifestBytes));
  const { headers: templates, files } = manifest;
  const waiting = [...files];
  const kept = new Map<string, Bytes>();
  const fetchNext = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      kept.set(file.path, await verified(file));
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, fetchNext));
  const headers = filled(templates, kept.get('/deployment.json'));
  for (const [path, bytes] of kept) await cache.put(path, asReleased(path, bytes, headers));
  await cache.put(MANIFEST_PATH, asReleased(MANIFEST_PATH, manifestBytes, headers));
}

async function verified({ path, size, sha256: hash }: ManifestFile): Promise<Bytes> {
  const bytes = await bytesAt(path);
  if (bytes.length !== size || (await sha256(bytes)) !== hash) throw new Refused('file', path);
  return bytes;
}

/** The policy names where the API is, as `deployment.json` says, which the same manifest lists. */
function filled(templates: Manifest['headers'], deployment: Bytes | undefined) {
  const { apiOrigin = null }: { readonly apiOrigin?: string | null } = JSON.parse(
    new TextDecoder().decode(deployment),
  );
  const api = apiOrigin === null ? '' : `${apiOrigin} ${apiOrigin.replace('https:', 'wss:')}`;
  return Object.fromEntries(
    Object.entries(templates).map(([name, value]) => [name, value.replaceAll('{api}', api)]),
  );
}

/** Of the trust store that is served on the first visit. Null where it names nobody who may release. */
async function firstPin(): Promise<Pin | null> {
  const text = await textAt('/trust-store.json');
  if (text === null) return null;
  const named: Pick<Pin, 'deployment'> & { readonly releases?: Omit<Pin, 'deployment'> } =
    JSON.parse(text);
  const { deployment, releases } = named;
  return releases === undefined ? null : { deployment, ...releases };
}

/** Null where there is no note. */
async function releaseOf(manifestHash: string, pin: Pin) {
  const note = await textAt(NOTE_PATH);
  const release = note === null ? null : await verifyNote(note, pin);
  if (release !== null && release.manifestHash !== manifestHash) {
    throw new Refused('other-manifest', MANIFEST_PATH);
  }
  return release;
}

async function logIndex(): Promise<number | null> {
  const text = (await textAt('/web-release.json')) ?? '{}';
  const { index }: { readonly index?: unknown } = JSON.parse(text);
  return typeof index === 'number' ? index : null;
}

async function bytesAt(path: string): Promise<Bytes> {
  const answer = await fetchOwn(path);
  if (!answer.ok) throw new TypeError(`${path} is not delivered`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Null where there is no such file. */
async function textAt(path: string): Promise<string | null> {
  const answer = await fetchOwn(path);
  if (!answer.ok && answer.status !== 404) throw new TypeError(`${path} is not delivered`);
  return answer.ok ? answer.text() : null;
}

async function fetchOwn(path: string): Promise<Response> {
  // oxlint-disable-next-line no-restricted-globals -- own static files, without a cookie; nothing here knows the API
  return fetch(path, { cache: 'no-cache', credentials: 'omit', redirect: 'error' });
}
