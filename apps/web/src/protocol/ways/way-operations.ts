import { buffer, z } from '../messages.js';

const nothing = z.strictObject({});

/** One of the ways that open the vault, as the copy of the server has it. */
const way = z.strictObject({
  kind: z.enum(['passkey', 'passphrase', 'recovery']),
  /** By the clock of the device that made it. */
  since: z.string(),
  /** Of a passkey of this browser, or known to it. */
  isHere: z.boolean(),
});
const ways = z.strictObject({ version: z.int(), ways: z.array(way) });
const typed = z.strictObject({ kind: z.enum(['passphrase', 'recovery']), secret: buffer });

/** What a page asks of the ways into the own vault; loaded with the first of these. */
export const WAY_OPERATIONS = {
  'ways.list': { args: nothing, result: ways },
  /** Opens the copy of the server by what was typed, down to the certified key, and changes nothing. */
  'ways.try': { args: typed, result: ways },
  /** A new code; it opens nothing before it was typed back and the vault was locked anew. */
  'ways.new-kit': { args: nothing, result: z.strictObject({ code: z.string() }) },
  'ways.check-kit': { args: z.strictObject({ typed: z.string() }), result: nothing },
  /** The output of a passkey of this browser, for a vault that is locked anew; how many were shown by now. */
  'ways.add-passkey': {
    args: z.strictObject({ credentialId: buffer, prf: z.nullable(buffer) }),
    result: z.strictObject({ shown: z.int() }),
  },
  /** Another root key, which the code and the passkeys that were shown open, and nothing else does. */
  'ways.renew': {
    args: z.strictObject({
      /** The one that opens the vault now; null where it is to open nothing any more, or there is none. */
      passphrase: z.nullable(buffer),
      isLossAccepted: z.boolean(),
    }),
    result: ways,
  },
  /** Another device has locked the vault anew: this one opens it by what was typed, and goes on with that. */
  'ways.adopt': {
    args: z.strictObject({ ...typed.shape, prf: z.nullable(buffer) }),
    result: ways,
  },
} as const satisfies Readonly<Record<string, { args: z.ZodMiniType; result: z.ZodMiniType }>>;
