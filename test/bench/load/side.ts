import type { BenchProcess } from './bench-process.js';

/** One of the servers of a comparison, with its members connected. */
export interface Side {
  readonly name: string;
  readonly usage: BenchProcess['usage'];
  /** The next message of a sender, until it is acknowledged; `sent` is told what it is known by. */
  send(by: number, sent: (key: string) => void): Promise<void>;
  /** Messages that arrived at any member so far. */
  delivered(): number;
  /** Told of each message that arrives at one member who decodes it. */
  observe(hear: (key: string) => void): void;
  end(): Promise<void>;
}

/** How many take part. */
export interface Shape {
  /** Online, those who send among them. */
  readonly members: number;
  readonly senders: number;
  readonly text: string;
}
