import { Readable } from 'node:stream';

import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';

import type { S3Settings } from '../../platform/config/s3-settings.js';
import { Refusal } from '../../platform/problem/refusal.js';
import type { Stretch } from './attachment-store.js';

/** A store that does not take a connection, or says nothing for so long, is away. */
const CONNECT_MS = 2_000;
const ANSWER_MS = 10_000;
/** Whoever downloads may be slow, not still. */
const IDLE_MS = 60_000;
const ATTEMPTS = 2;
/** What stores say when a bucket has no room, beside the status 507. */
const NO_ROOM: ReadonlySet<string> = new Set([
  'EntityTooLarge',
  'QuotaExceeded',
  'XMinioStorageFull',
]);

/** An object of a bucket, as the store lists it. */
export interface StoredObject {
  readonly name: string;
  readonly length: number;
  readonly changedAtMs: number;
}

interface Page {
  readonly objects: readonly StoredObject[];
  readonly folders: readonly string[];
}

/** One bucket of an S3-compatible store. Whatever fails is `storage.full` or `service.unavailable`. */
export class S3Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ endpoint, bucket, region, accessKeyId, secretAccessKey }: S3Settings) {
    this.#bucket = bucket;
    this.#client = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: ANSWER_MS,
        socketTimeout: IDLE_MS,
        throwOnRequestTimeout: true,
      },
      // Not every store knows the newer checksums; a file is hashed as it lies there when it is complete.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await asked(this.#client.send(new PutObjectCommand({ ...this.#at(name), Body: bytes })));
  }

  async get(name: string, { from, to }: Stretch): Promise<Readable> {
    const get = new GetObjectCommand({ ...this.#at(name), Range: `bytes=${from}-${to - 1}` });
    const { Body } = await asked(this.#client.send(get));
    if (!(Body instanceof Readable)) throw new Refusal('service.unavailable');
    return Body;
  }

  /** One that is not there is deleted already. */
  async delete(name: string): Promise<void> {
    await asked(this.#client.send(new DeleteObjectCommand(this.#at(name))));
  }

  /** @yields objects, in the order of their names. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    for await (const { objects } of this.#pages({ Prefix: prefix })) yield* objects;
  }

  /** @yields what stands before the first `/` of each name, once. */
  async *folders(): AsyncGenerator<string> {
    for await (const { folders } of this.#pages({ Delimiter: '/' })) yield* folders;
  }

  async *#pages(of: {
    readonly Prefix?: string;
    readonly Delimiter?: string;
  }): AsyncGenerator<Page> {
    for (let after: string | undefined, isLast = false; !isLast;) {
      const ask = new ListObjectsV2Command({
        Bucket: this.#bucket,
        ...of,
        ...(after === undefined ? {} : { ContinuationToken: after }),
      });
      const page = await asked(this.#client.send(ask));
      yield {
        objects: (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
          name: Key,
          length: Size,
          changedAtMs: LastModified?.getTime() ?? 0,
        })),
        folders: (page.CommonPrefixes ?? []).map(({ Prefix = '/' }) => Prefix.slice(0, -1)),
      };
      after = page.NextContinuationToken;
      isLast = after === undefined;
    }
  }

  #at(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: name };
  }
}

async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((cause: unknown) => {
    const isFull =
      cause instanceof S3ServiceException &&
      (cause.$metadata.httpStatusCode === 507 || NO_ROOM.has(cause.name));
    throw new Refusal(isFull ? 'storage.full' : 'service.unavailable', { cause });
  });
}
