import type { JsonObject, JsonValue } from '@enlace/kernel';

/** What comes over a line. Nothing of it is believed by whoever passes it on. */
export interface LineListener {
  readonly entry: (told: JsonValue) => void;
  readonly beacon: (told: JsonValue) => void;
  readonly shredded: (told: JsonValue) => void;
  readonly directoryChanged: () => void;
  /** It is over, whoever ended it; once. `afterMs`: the server asks to be left alone for so long. */
  readonly closed: (afterMs: number) => void;
}

/** An open connection of a proven session, by which a server says what is new without being asked. */
export interface Line {
  /** An event without a proof. Throws the refusal of the server, `client.unreachable`. */
  say(event: string, body: JsonObject): Promise<void>;
  /** Ends it; `closed` is called. */
  close(): void;
}

/** Opens a line. Throws the refusal of the server, `client.unreachable`. */
export type Dial = (listener: LineListener) => Promise<Line>;
