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

/** A contact that an office proposed, as its foreign ministry sees it, with the words of its card. */
export interface ContactProposed {
  readonly contactId: string;
  readonly officeId: string;
  readonly statementId: string;
  /** The signed statement; its approval names it, so read it and not what stands beside it. */
  readonly wire: string;
  /** null once it is settled: the words of an approved contact stand in a profile, those of a rejected one nowhere. */
  readonly cardBody: string | null;
  /** base64url of 32 bytes; null as `cardBody`. */
  readonly cardSalt: string | null;
  readonly step: 'proposed' | 'approved' | 'rejected';
  /** Why it was rejected. */
  readonly reason: string | null;
  readonly proposedAt: string;
}

/** Proposals of the own State, the open ones first, then the newest. */
export interface ContactsProposed {
  readonly proposals: readonly ContactProposed[];
  readonly hasMore: boolean;
}

/** An office as everybody may know it: no person, no card. */
export interface Institution {
  readonly state: StateCode;
  readonly officeId: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly names: { readonly es: string; readonly en: string };
  /** ISO 3166-2 codes. */
  readonly regions: readonly string[];
  readonly duties: readonly string[];
  /** IANA name of its time zone. */
  readonly zone: string;
}

/** The public list of institutions, to be published outside the platform. */
export interface Institutions {
  /** RFC 8785 JSON of `{v, madeAt, authorities, offices}`. */
  readonly file: string;
  /** base64url of SHA-256 over the UTF-8 bytes of the file; the record of the publication holds it. */
  readonly fileHash: string;
}

/** How far the erasure of a card is. */
export interface CardErasure {
  readonly card: string;
  readonly step: 'proposed' | 'erased';
}
