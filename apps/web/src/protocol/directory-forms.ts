import { ROLES } from '@enlace/contracts';

import { z } from './messages.js';

/** The same in both languages. */
export const bilingual = z.strictObject({ es: z.string(), en: z.string() });

/** Up to where the own directory was read, and when the witnesses saw that. */
export const readUpTo = z.strictObject({
  size: z.int(),
  witnessedAt: z.nullable(z.string()),
  /** False: the server gave no answer, and this is what the device held before. */
  isFresh: z.boolean(),
  /** What no honest log holds, by its kind; nothing stops for it. */
  alerts: z.array(z.string()),
});

/** A person as a certificate and its card name it; null where the card was erased or is kept back. */
export const named = {
  name: z.nullable(z.string()),
  title: z.nullable(bilingual),
};

/** Who this person is by the own directory, and who vouches. */
export const look = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sound'),
    ...named,
    state: bilingual,
    office: z.nullable(bilingual),
    roles: z.array(z.enum(ROLES)),
    until: z.string(),
    deviceUntil: z.string(),
    /** The registrars who signed, and the fingerprints of their keys and of the root that certified them. */
    registrars: z.array(z.strictObject({ name: z.nullable(z.string()), fingerprint: z.string() })),
    root: z.string(),
    log: readUpTo,
  }),
  /** The chain does not count yet; `rule` says what is still to come. */
  z.strictObject({ kind: z.literal('waiting'), rule: z.string(), log: readUpTo }),
  /** Whether the own key is the certified one is known only while the vault is open. */
  z.strictObject({ kind: z.literal('vault-closed') }),
]);

export const keptVault = z.strictObject({
  version: z.int(),
  /** Kinds of what opens it. */
  ways: z.array(z.enum(['passkey', 'passphrase', 'recovery'])),
});

/** What a State signed about a fact of the packs, as `FactStatement` of the pre-check. */
export const signedFact = z.strictObject({
  id: z.string(),
  state: z.string(),
  path: z.string(),
  value: z.string(),
  source: z.string(),
  sourceDate: z.string(),
  validFrom: z.nullable(z.string()),
  validTo: z.nullable(z.string()),
  reviewBy: z.nullable(z.string()),
  note: z.nullable(z.string()),
  on: z.string(),
});

/** Whom to call, as the office wrote it; what a card says in another form reads as nothing. */
const card = z.strictObject({
  displayName: z.nullable(z.string()),
  function: z.nullable(bilingual),
  languages: z.array(z.string()),
  phone: z.nullable(z.string()),
  email: z.nullable(z.string()),
  hours: z.nullable(z.string()),
  substitute: z.nullable(z.string()),
});

/** Of which office, and who; null for the office itself. */
const whose = {
  contactId: z.string(),
  office: z.nullable(bilingual),
  person: z.nullable(z.strictObject(named)),
  duties: z.array(z.string()),
};

const contact = z.strictObject({
  ...whose,
  personId: z.nullable(z.string()),
  approvedUntil: z.string(),
  confirmedUntil: z.nullable(z.string()),
  standing: z.enum(['confirmed', 'unconfirmed', 'hidden']),
});

export const stateContacts = z.strictObject({ contacts: z.array(contact), log: readUpTo });
export const reached = z.strictObject({ card: z.nullable(card) });

export const proposals = z.strictObject({
  open: z.array(
    z.strictObject({
      ...whose,
      /** The signed statement: an approval names what was read. */
      seen: z.string(),
      card,
      /** What the directory has of this contact by now. */
      before: z.nullable(z.strictObject({ duties: z.array(z.string()), until: z.string() })),
    }),
  ),
  /** What was approved before, whose term ends next first. */
  approved: z.array(contact),
  log: readUpTo,
});
