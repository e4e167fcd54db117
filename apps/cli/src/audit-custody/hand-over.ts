import { newId, toBase64Url, type PersonId } from '@enlace/kernel';
import {
  acceptCustodyTransfer,
  readCustodySeal,
  signCustodyTransfer,
  type ProvenChain,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { readArgumentId, requireText } from '../command-line/option-values.js';
import type { Invocation } from '../command-line/verb.js';
import type { OwnThreads } from '../thread/own-threads.js';
import {
  custodyOf,
  meetsQuorum,
  ownLink,
  provenHere,
  recordedLink,
  type FileName,
} from './own-link.js';
import { partsOfChain } from './receipt-parts.js';
import type { SealWords } from './sealed-file.js';

const SALT_BYTES = 32;

/** An offer that stands in the thread, or why there is none yet. */
export type Offered =
  | {
      readonly event: 'custody-offered';
      readonly custodyId: string;
      readonly seq: number;
      readonly to: PersonId;
    }
  | { readonly event: 'sealed'; readonly custodyId: string }
  | { readonly event: 'unwitnessed'; readonly custodyId: string };

/**
 * Offers custody to another member, with the proof that this person holds it; an offer that stands is not made twice.
 * Throws `custody.not-holder`, `custody.not-member`, and as `ownLink`.
 */
export async function handOver(
  { options }: Pick<Invocation, 'options'>,
  own: OwnThreads,
  { file, words }: { readonly file: FileName; readonly words: SealWords },
): Promise<Offered> {
  const to = readArgumentId<PersonId>(requireText(options, 'to'), '--to');
  const [purpose, condition] = [requireText(options, 'purpose'), requireText(options, 'condition')];
  const { threads, ports } = own;
  const { personId, deviceId } = ports.device.self;
  await assertMember(own, file, to);
  const link = await ownLink(own, file, words);
  const { custodyId, sealed } = link;
  const custody = await custodyOf(own, file);
  if (custody?.holder !== personId) throw new CliError('custody.not-holder');
  const standing = custody.offers.find(({ transfer }) => transfer.to === to);
  if (standing !== undefined) return { event: 'custody-offered', custodyId, seq: standing.seq, to };
  const receipt = await recordedLink(own, file, link);
  if (receipt === null) return { event: 'sealed', custodyId };
  const chain = await provenHere(own, partsOfChain(link, receipt, null));
  if (!meetsQuorum(chain)) return { event: 'unwitnessed', custodyId };
  const { statement } = readCustodySeal(sealed.seal);
  const transfer = signCustodyTransfer(
    {
      transferId: newId<never>(ports.clock, ports.random),
      custodyId,
      attachmentId: file.attachmentId,
      sha256: statement.sha256,
      from: personId,
      fromDevice: deviceId,
      to,
      previous: custody.last,
      purpose: purpose.normalize('NFC'),
      condition: condition.normalize('NFC'),
    },
    ports.device.signSeed,
  );
  const { handling } = custody.sealed;
  const { attachmentId, threadId } = file;
  const salt = toBase64Url(ports.random.bytes(SALT_BYTES));
  const said = {
    type: 'custody.transfer',
    attachmentId,
    transfer,
    salt,
    handling,
    receipt,
  } as const;
  const { seq } = await threads.send(threadId, said);
  return { event: 'custody-offered', custodyId, seq, to };
}

/**
 * Accepts what is offered to this person, once everything that was handed over with it is proven; nothing when it was
 * accepted before. Throws `custody.not-offered`, `custody.unwitnessed`, and as `proveReceipt`.
 */
export async function takeOver(own: OwnThreads, file: FileName): Promise<void> {
  const { threads, ports } = own;
  const { personId } = ports.device.self;
  const custody = await custodyOf(own, file);
  const isHeld = custody !== null && custody.transfers.length > 0 && custody.holder === personId;
  if (isHeld) return;
  const offer = custody?.offers.find(({ transfer }) => transfer.to === personId);
  if (!custody || offer === undefined) throw new CliError('custody.not-offered');
  const chain = await provenHere(own, partsOfChain(custody, offer.receipt, null));
  assertHeldBy(chain, offer.transfer.from);
  const transfer = acceptCustodyTransfer(offer.wire, ports.device.signSeed);
  const salt = toBase64Url(ports.random.bytes(SALT_BYTES));
  const { handling } = custody.sealed;
  const { threadId, attachmentId } = file;
  const said = { type: 'custody.transfer', attachmentId, transfer, salt, handling } as const;
  await threads.send(threadId, said);
}

function assertHeldBy(chain: ProvenChain, giver: string): void {
  if (chain.holder.personId !== giver) throw new CliError('custody.not-offered');
  if (!meetsQuorum(chain)) throw new CliError('custody.unwitnessed');
}

async function assertMember(
  { threads, ports }: OwnThreads,
  { threadId }: FileName,
  to: PersonId,
): Promise<void> {
  const { members } = await threads.members(threadId);
  const isMember = members.some(
    ({ personId, standing }) => personId === to && standing === 'member',
  );
  if (!isMember || to === ports.device.self.personId) throw new CliError('custody.not-member');
}
