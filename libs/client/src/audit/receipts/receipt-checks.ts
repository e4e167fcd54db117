import {
  RECEIPT_LIMITS,
  ROUTES,
  type DisputeCause,
  type LogGrowth,
  type OwnReceipt,
} from '@enlace/contracts';
import {
  canonicalJson,
  formatInstant,
  isDomainError,
  isJsonObject,
  parseHex,
  parseUtf8,
  sha256,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
  type DeviceId,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { isLostHead } from '@enlace/trust';

import type { Session } from '../../session/session.js';
import { AnswerMalformed } from '../../transport/client-error.js';
import type { AuditTrust } from '../audit-trust.js';
import {
  DISPUTING,
  signStated,
  type ClientStatements,
  type StatementPorts,
} from '../stated/client-statements.js';
import {
  judgeReceipt,
  readOwnReceipt,
  type ProvenReceipt,
  type ReceiptActor,
} from './judge-receipt.js';
import { isOverdue, partsOf, type KeptReceipts, type OpenReceipt } from './kept-receipts.js';
import { LogHeads, type HeldHead } from '../log-heads.js';

/** A promise that was broken, and where its evidence lies. */
export interface Dispute {
  /** Hex of the leaf hash. */
  readonly leafHash: string;
  readonly cause: DisputeCause;
  /** Code of what did not hold; `null` for a leaf that is not there. */
  readonly problem: string | null;
  /** Where the person finds the file for the auditor of the State. */
  readonly file: string;
}

/** What became of the receipts of this device. */
export interface ReceiptReport {
  readonly proven: number;
  /** Not due yet, or disputed before. */
  readonly waiting: number;
  readonly disputes: readonly Dispute[];
  /** Files about logs that are not what they were. */
  readonly splitViews: readonly string[];
  /** False while the directory announces no key of receipts: then they prove less to others. */
  readonly areSignaturesChecked: boolean;
  /** Whether a quorum of witnesses had cosigned every checkpoint that was shown. */
  readonly meetsQuorum: boolean;
}

interface CheckPorts extends StatementPorts {
  readonly actor: ReceiptActor;
  readonly statements: ClientStatements;
  readonly receipts: KeptReceipts;
  readonly heads: LogHeads;
  readonly trust: AuditTrust;
  /** Keeps evidence where the person finds it, durably, and says where. The same name again keeps the first. */
  readonly keepEvidence: (name: string, text: string) => Promise<string>;
}

type Kept = OpenReceipt & { readonly name: string };
interface Answered {
  readonly receipts: readonly OwnReceipt[];
  readonly growth: readonly LogGrowth[];
}

/**
 * Asks the server to prove that it kept its promises: at each sign-in, and every ten minutes of a session. What it
 * cannot prove, or what says something else, is kept as evidence first and then told to the record, which a dishonest
 * server would drop: hence the file.
 */
export class ReceiptChecks {
  readonly #ports: CheckPorts;

  constructor(ports: CheckPorts) {
    this.#ports = ports;
  }

  /**
   * Throws the refusal of the server and `client.unreachable`; what was checked by then stays checked. Where the trust
   * store names no log of accesses all receipts wait: an answer could be neither believed nor held against anybody.
   */
  async run(session: Session): Promise<ReceiptReport> {
    const open = await this.#ports.receipts.open();
    const told = new Set<string>();
    const found: Found = { ...NOTHING_YET, disputes: [], splitViews: [], told };
    const areSignaturesChecked = this.#ports.trust.receiptKeys.length > 0;
    if (!this.#ports.trust.namesAuditLog) {
      return {
        ...reportOf(found),
        waiting: open.length,
        meetsQuorum: false,
        areSignaturesChecked,
      };
    }
    for (let from = 0; from < open.length; from += RECEIPT_LIMITS.leaves) {
      const asked = open.slice(from, from + RECEIPT_LIMITS.leaves);
      await this.#check(session, asked, found);
    }
    return { ...reportOf(found), areSignaturesChecked };
  }

  async #check(session: Session, asked: readonly Kept[], found: Found): Promise<void> {
    const known = await this.#ports.heads.known();
    const leaves = asked.map(({ receipt }) => toBase64Url(partsOf(receipt).leaf));
    const body = {
      leaves,
      known: LogHeads.sizesOf(known).map(({ origin, size }) => ({ origin, size })),
    };
    const request = { method: 'POST', path: ROUTES.auditOwnReceipts, body } as const;
    const answer = readAnswer(await session.request(request, 'none'), asked.length);
    for (const [at, kept] of asked.entries()) {
      const receipt = answer.receipts[at];
      if (receipt === undefined || receipt.pending) await this.#await(session, kept, found);
      else await this.#judge(session, { kept, receipt, growth: answer.growth }, found);
    }
  }

  async #await(session: Session, kept: Kept, found: Found): Promise<void> {
    const isBroken = kept.disputed === null && isOverdue(kept, this.#ports.clock.nowMs());
    if (!isBroken) {
      found.waiting += 1;
      return;
    }
    const why = { cause: 'absent', problem: null, answer: null } as const;
    found.disputes.push(await this.#dispute(session, kept, why));
  }

  async #judge(
    session: Session,
    {
      kept,
      receipt,
      growth,
    }: {
      readonly kept: Kept;
      readonly receipt: Extract<OwnReceipt, { pending: false }>;
      readonly growth: readonly LogGrowth[];
    },
    found: Found,
  ): Promise<void> {
    const { device, actor, trust, receipts } = this.#ports;
    const deviceId: DeviceId = device.deviceId;
    let proven: ProvenReceipt;
    try {
      proven = judgeReceipt(kept, receipt, { deviceId, actor, trust });
    } catch (error) {
      if (!isDomainError(error)) throw error;
      if (kept.disputed === 'different') {
        found.waiting += 1;
        return;
      }
      const answer: JsonObject = JSON.parse(JSON.stringify(receipt));
      const part = error.facts['part'];
      const problem = part === undefined ? error.code : `${error.code} (${part})`;
      const why = { cause: 'different', problem, answer } as const;
      found.disputes.push(await this.#dispute(session, kept, why));
      return;
    }
    if (!(await this.#isGrown(proven, growth, found))) return;
    found.meetsQuorum &&= proven.meetsQuorum;
    if (kept.disputed === 'absent') {
      const why = { cause: 'late', problem: null, answer: null } as const;
      found.disputes.push(await this.#dispute(session, kept, why));
    }
    await receipts.settle(kept.name, { origin: proven.origin, index: proven.index });
    found.proven += 1;
  }

  /** False for a log that is not an extension of what this device saw: the evidence is two signed notes. */
  async #isGrown(
    { origin, checkpoint, note }: ProvenReceipt,
    growth: readonly LogGrowth[],
    found: Found,
  ): Promise<boolean> {
    const { heads, statements, keepEvidence } = this.#ports;
    const known = (await heads.known()).find((head) => head.origin === origin) ?? null;
    const next: HeldHead = { origin, size: checkpoint.size, root: checkpoint.root, note };
    if (known !== null && known.size === next.size && isSame(known, next)) return true;
    // What States said is lost is no lie of the server: what was seen stays as it was.
    const isLost = this.#ports.trust.losses.some(
      (loss) => loss.lost.origin === origin && known !== null && isLostHead(loss, known, next.size),
    );
    if (isLost) return true;
    try {
      await heads.grow(known, next, growth);
      return true;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      // Of a hundred receipts under one head there is one thing to say.
      const name = `split-${toHex(sha256(utf8(origin))).slice(0, 16)}-${next.size}.txt`;
      if (found.told.has(name)) return false;
      found.told.add(name);
      const text = splitText(error.code, { known, next, growth });
      found.splitViews.push(await keepEvidence(name, text));
      const evidenceHash = toBase64Url(sha256(utf8(text)));
      const what = 'audit-growth';
      await statements.state({ type: 'audit.verification-failed', what, evidenceHash });
      return false;
    }
  }

  /** Evidence first, then the note beside the receipt, then the record: killed anywhere, the person has the file. */
  async #dispute(
    session: Session,
    kept: Kept,
    why: {
      readonly cause: DisputeCause;
      readonly problem: string | null;
      readonly answer: JsonObject | null;
    },
  ): Promise<Dispute> {
    const { receipts, statements, keepEvidence, clock } = this.#ports;
    const { cause, problem, answer } = why;
    const leafHash = toBase64Url(parseHex(kept.name));
    const stated = { type: 'receipt.disputed', leafHash, cause } as const;
    const signed = signStated(stated, this.#ports);
    const { body, sig } = signed;
    const { receipt, target, isGranted } = kept;
    const text = canonicalJson({
      v: 1,
      at: formatInstant(clock.nowMs()),
      receipt,
      cause,
      problem,
      did: { target, isGranted, attestHash: kept.attestHash },
      answer,
      statement: { body, sig },
    });
    const suffix = cause === 'late' ? '-late' : '';
    const file = await keepEvidence(`${kept.name}${suffix}.enlace-dispute.json`, text);
    await receipts.markDisputed(kept.name, kept, cause);
    if (!isOfDispute(kept)) {
      try {
        await session.request({ ...DISPUTING, body: { body, sig, receipt } }, 'background');
      } catch (error) {
        if (!isDomainError(error)) throw error;
        await statements.keepDispute(signed, receipt);
      }
    }
    return { leafHash: kept.name, cause, problem, file };
  }
}

/** A server that lies about a dispute lies about the next one: the file is enough, or it would never end. */
function isOfDispute({ target }: OpenReceipt): boolean {
  return target === `${DISPUTING.method} ${DISPUTING.path}`;
}

interface Found {
  proven: number;
  waiting: number;
  readonly disputes: Dispute[];
  readonly splitViews: string[];
  /** Names of the files about logs that this run has told of. */
  readonly told: Set<string>;
  meetsQuorum: boolean;
}

const NOTHING_YET = { proven: 0, waiting: 0, meetsQuorum: true } as const;

function reportOf(found: Found): Omit<ReceiptReport, 'areSignaturesChecked'> {
  const { proven, waiting, disputes, splitViews, meetsQuorum } = found;
  return { proven, waiting, disputes, splitViews, meetsQuorum };
}

/** Both notes as they were signed, and the proof that was tried: what the region must see. */
function splitText(
  problem: string,
  {
    known,
    next,
    growth,
  }: {
    readonly known: HeldHead | null;
    readonly next: HeldHead;
    readonly growth: readonly LogGrowth[];
  },
): string {
  const tried = growth
    .filter(({ origin }) => origin === next.origin)
    .flatMap(({ from, proof }) => [`from ${from}`, ...proof]);
  const notes = [known?.note ?? new Uint8Array(), next.note].map((note) => parseUtf8(note));
  return [...notes, [problem, ...tried, ''].join('\n')].join('\n---\n');
}

function isSame(a: HeldHead, b: HeldHead): boolean {
  return toBase64(a.root) === toBase64(b.root);
}

// Attacker-controlled: what the server answers.
function readAnswer(value: JsonValue, count: number): Answered {
  const { receipts, growth } = isJsonObject(value) ? value : {};
  if (!Array.isArray(receipts) || !Array.isArray(growth) || receipts.length !== count) {
    throw new AnswerMalformed('receipts');
  }
  const [items, grown]: readonly (readonly JsonValue[])[] = [receipts, growth];
  return { receipts: (items ?? []).map(readOwnReceipt), growth: (grown ?? []).map(readGrowth) };
}

function readGrowth(value: JsonValue): LogGrowth {
  const { origin, from, proof } = isJsonObject(value) ? value : {};
  if (typeof origin !== 'string' || typeof from !== 'number' || !Array.isArray(proof)) {
    throw new AnswerMalformed('growth');
  }
  const hashes: readonly JsonValue[] = proof;
  return { origin, from, proof: hashes.map(String) };
}
