/** A device that is added with one at hand: what the server carries between the two (protocol.md, section 9.4). */
export const DEVICE_LINK_LIMITS = {
  /** From its offer on a link lives so long. */
  lifeMs: 10 * 60_000,
  /** Characters of the sealed box. */
  boxCharacters: 16 * 1024,
} as const;

/** What a certified device says through a link, in this order, each once. */
export const DEVICE_LINK_PARTS = ['acceptance', 'reveal', 'box'] as const;
export type DeviceLinkPart = (typeof DEVICE_LINK_PARTS)[number];

/** Answer of `POST /devices/links`. */
export interface DeviceLinkOffered {
  readonly linkId: string;
  readonly expiresAt: string;
}

/** What a new device finds: what the other one has said so far. */
export type DeviceLinkHeard = Readonly<Record<DeviceLinkPart, string | null>>;

/** What a certified device finds: the signed offer, and the number of the new device once it told it. */
export interface DeviceLinkShown {
  readonly offer: string;
  readonly reveal: string | null;
}

/** Answer to a part: which one was taken. */
export interface DeviceLinkTaken {
  readonly part: DeviceLinkPart;
}
