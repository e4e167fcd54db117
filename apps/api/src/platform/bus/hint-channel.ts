/** What one connection of a channel tells. Neither function throws. */
export interface ChannelListener {
  /** Attacker-controlled: whoever may write to the channel. */
  readonly onPayload: (payload: string) => void;
  /** The connection is of no use any more; may be told several times. */
  readonly onLost: () => void;
}

/** The one connection on which a node listens. */
export interface ChannelConnection {
  /** Throws what keeps it from listening. */
  open(): Promise<void>;
  /** At once, also while it opens. Never throws. */
  end(): Promise<void>;
}

/** What carries payloads from each node to all, its own among them, under the name `enlace_hint`; it keeps nothing. */
export interface HintChannel {
  /** A connection that is not open yet, and which tells of itself from then on. */
  dial(listener: ChannelListener): ChannelConnection;
  /** Throws when the payload was not sent on a connection that should be there. */
  tell(payload: string): Promise<void>;
}

/** How long a connection may take to open, until it listens, in milliseconds. */
export const CHANNEL_OPEN_MS = 2_000;
