import type { Role } from '../policy/roles.js';
import type { StateCode } from '../states.js';

/** What one consultation of the directory may ask for and answer. */
export const CONSULTATION_LIMITS = {
  /** People, and contacts, of one search each. */
  rows: 50,
  /** Characters of the searched text. */
  textCharacters: 80,
} as const;

/** A person who is certified and not revoked. The certificate itself is in the statements log. */
export interface PersonFound {
  readonly personId: string;
  readonly state: StateCode;
  readonly officeId: string;
  readonly roles: readonly Role[];
  /** Hash of the card; the name comes with `GET /directory/cards`. */
  readonly card: string;
  readonly notAfter: string;
}

/** A contact that its foreign ministry approved. Whether it is confirmed, or hidden, follows from the two dates. */
export interface ContactFound {
  readonly contactId: string;
  readonly state: StateCode;
  readonly officeId: string;
  /** null: the office itself. */
  readonly personId: string | null;
  readonly duties: readonly string[];
  /** Hash of the card, whose words stand in a profile only. */
  readonly card: string;
  /** Statement of the contact in the log. */
  readonly statementId: string;
  readonly validUntil: string;
  /** null: nobody has confirmed it yet. */
  readonly confirmedUntil: string | null;
}

/** Answer of a search; `hasMore` says that a narrower one would show what is missing. */
export interface DirectoryFound {
  readonly people: readonly PersonFound[];
  readonly contacts: readonly ContactFound[];
  readonly hasMore: boolean;
}

/** A contact with telephone and mail; compare the card with the hash that the statement carries. */
export interface ContactShown extends ContactFound {
  /** null once it was erased. */
  readonly cardBody: string | null;
  /** base64url of 32 bytes; null once it was erased. */
  readonly cardSalt: string | null;
}

/** A person, and how to reach this person or the office. */
export interface PersonProfile {
  readonly person: PersonFound;
  readonly contacts: readonly ContactShown[];
}

/** How far the erasure of a card is. */
export interface CardErasure {
  readonly card: string;
  readonly step: 'proposed' | 'erased';
}
