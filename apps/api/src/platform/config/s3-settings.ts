import { isLoopbackUrl } from './loopback.js';
import { parseUrl, SettingRefused, type ReadSetting } from './settings.js';

/** A bucket of an S3-compatible store, and who asks for it. */
export interface S3Settings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type S3Address = Pick<S3Settings, 'endpoint' | 'bucket'>;

/** Names of buckets as AWS has them, without points. */
const BUCKET = /^\/([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\/?$/;
/** What stores take that have no regions. */
const REGION = 'us-east-1';

/** The four settings of a bucket; `null` where none is set. `refuse` gets a line for each that lacks the others. */
export function readS3(setting: ReadSetting, refuse: (reason: string) => void): S3Settings | null {
  const address = setting<S3Address | null>('ATTACHMENTS_S3_URL', parseAddress, null);
  const region = setting('ATTACHMENTS_S3_REGION', (text) => text, REGION);
  const accessKeyId = setting<string | null>('ATTACHMENTS_S3_ACCESS_KEY', (text) => text, null);
  const secretAccessKey = setting<string | null>('ATTACHMENTS_S3_SECRET_KEY', (text) => text, null);
  if (address === null) {
    const isRefused = setting('ATTACHMENTS_S3_URL', () => true, false);
    if (!isRefused && (accessKeyId !== null || secretAccessKey !== null)) {
      refuse('ATTACHMENTS_S3_URL: required with its keys; set the address of the bucket');
    }
    return null;
  }
  if (accessKeyId === null || secretAccessKey === null) {
    refuse(
      'ATTACHMENTS_S3_ACCESS_KEY, ATTACHMENTS_S3_SECRET_KEY: required with ATTACHMENTS_S3_URL',
    );
    return null;
  }
  return { ...address, region, accessKeyId, secretAccessKey };
}

/** The store, and the bucket as the one step of the path. */
function parseAddress(text: string): S3Address {
  const example = 'https://objects.example.org/enlace';
  const url = parseUrl(text, ['https:', 'http:'], example);
  const bucket = BUCKET.exec(url.pathname)?.[1];
  if (bucket === undefined || url.search !== '' || url.hash !== '') {
    throw new SettingRefused(`no bucket in it; use ${example}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new SettingRefused('keys in it; they are settings of their own');
  }
  if (url.protocol !== 'https:' && !isLoopbackUrl(text)) {
    throw new SettingRefused('not https; only a store on loopback may use http');
  }
  return { endpoint: url.origin, bucket };
}
