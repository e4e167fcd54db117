import pg from 'pg';

/** Bytes that wait for their taker before the sender is held up. */
const WAITING_BYTES = 4 * 1024 * 1024;
const OPEN_WITHIN_MS = 10_000;
const COPY_DATA = 0x64;

/** A place in the write-ahead log, as PostgreSQL counts it. */
export type WalPosition = bigint;

/** Where a cluster is: whose it is, and up to where its write-ahead log is on disk. */
export interface ClusterPosition {
  readonly systemId: string;
  readonly timeline: number;
  readonly flushed: WalPosition;
}

/** A connection that speaks the replication protocol: the only way in which the role of backups works. */
export class ReplicationConnection {
  readonly #client: pg.Client;
  #isLost = false;

  private constructor(url: string) {
    const target = new URL(url);
    target.searchParams.set('replication', 'true');
    this.#client = new pg.Client({
      connectionString: target.toString(),
      application_name: 'enlace-backup',
      connectionTimeoutMillis: OPEN_WITHIN_MS,
      keepAlive: true,
    });
    const lose = (): void => {
      this.#isLost = true;
    };
    // Before it connects: Node ends a process over an error that nobody hears.
    this.#client.on('error', lose);
    this.#client.on('end', lose);
  }

  static async open(url: string): Promise<ReplicationConnection> {
    const connection = new ReplicationConnection(url);
    await connection.#client.connect();
    return connection;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  async identify(): Promise<ClusterPosition> {
    const { rows } = await this.#client.query<{
      systemid: string;
      timeline: number;
      xlogpos: string;
    }>('IDENTIFY_SYSTEM');
    const [row] = rows;
    if (row === undefined) throw new Error('the database does not say who it is');
    const { systemid, timeline, xlogpos } = row;
    return { systemId: systemid, timeline, flushed: parsePosition(xlogpos) };
  }

  /** From now on the cluster keeps what it writes, for as long as this connection stands and has not confirmed it. */
  async keepWal(slot: string): Promise<void> {
    const command = `CREATE_REPLICATION_SLOT ${slot} TEMPORARY PHYSICAL RESERVE_WAL`;
    await this.copy(command, async () => undefined).done;
  }

  /** Runs a command of the protocol, which knows no parameters: what is in it is never from outside. */
  copy(command: string, take: (chunk: Buffer) => Promise<void>): CopyAnswer {
    return this.#client.query(new CopyAnswer(command, take));
  }

  /** In the middle of a stream too: what was not confirmed is sent again to whoever asks next. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

/** `16/B374D848` in one number. Throws on anything else. */
export function parsePosition(text: string): WalPosition {
  const parts = /^(?<high>[\dA-F]{1,8})\/(?<low>[\dA-F]{1,8})$/u.exec(text)?.groups;
  if (parts === undefined) throw new Error(`not a place in the write-ahead log: ${text}`);
  return (BigInt(`0x${parts['high']}`) << 32n) | BigInt(`0x${parts['low']}`);
}

export function formatPosition(position: WalPosition): string {
  const hex = (part: bigint): string => part.toString(16).toUpperCase();
  return `${hex(position >> 32n)}/${hex(position & 0xffff_ffffn)}`;
}

/**
 * One command of the replication protocol with its rows and its stream. Chunks are handed on one after the other; the
 * sender is held up while too many wait. `done` resolves when all were taken, and rejects with the first failure of
 * either side.
 */
export class CopyAnswer implements pg.Submittable {
  readonly rows: (readonly (string | null)[])[] = [];
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #connection: pg.Connection | null = null;
  #waiting = 0;
  #taking: Promise<void> = Promise.resolve();

  constructor(
    private readonly command: string,
    private readonly take: (chunk: Buffer) => Promise<void>,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => undefined); // whoever waits for it hears of it
  }

  submit(connection: pg.Connection): void {
    this.#connection = connection;
    connection.query(this.command);
  }

  /** Answers into a stream that goes both ways. */
  reply(bytes: Buffer): void {
    const head = Buffer.alloc(5);
    head.writeUInt8(COPY_DATA);
    head.writeUInt32BE(4 + bytes.length, 1);
    this.#connection?.stream.write(Buffer.concat([head, bytes]));
  }

  handleRowDescription(): void {
    // The columns of each command are known.
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.rows.push(fields);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The parser writes over its buffer.
    const kept = Buffer.from(chunk);
    this.#waiting += kept.length;
    if (this.#waiting > WAITING_BYTES) this.#connection?.stream.pause();
    this.#taking = this.#afterOthers(kept);
    this.#taking.catch((error: unknown) => this.#reject(error));
  }

  handleCommandComplete(): void {
    // Several answers make one command: the end of all is what counts.
  }

  handleReadyForQuery(): void {
    this.#taking.then(
      () => this.#resolve(),
      () => undefined,
    );
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }

  async #afterOthers(chunk: Buffer): Promise<void> {
    await this.#taking;
    await this.take(chunk);
    this.#waiting -= chunk.length;
    if (this.#waiting <= WAITING_BYTES) this.#connection?.stream.resume();
  }
}
