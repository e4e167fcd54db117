import { readContent, type Content } from '@enlace/e2ee';
import {
  canonicalJson,
  DomainError,
  isJsonObject,
  parseBase64Url,
  parseHex,
  toBase64Url,
  toHex,
  utf8,
  type PersonId,
} from '@enlace/kernel';
import { isWaivable, waivedPart, type Finding, type MlaRequest, type Waiver } from '@enlace/mla';

import type { ThreadRecord } from '../records/thread-record.js';
import { certifiedRoles } from './certified-roles.js';
import type { KeptEntry } from '../threads/kept/kept-entry.js';
import type { ThreadPorts } from '../threads/thread-ports.js';
import { ThreadWork } from '../threads/thread-work.js';

type Waived = Extract<Content<'message'>, { readonly type: 'record.waive' }>;

/** A waiver as it stands in the thread of its draft; `by` is who sealed it, by the log. */
export interface GivenWaiver extends Waiver {
  readonly seq: number;
  readonly by: PersonId;
  readonly reason: string;
}

/** Nothing of the check can be waived under this name. */
class NothingToWaive extends DomainError {
  override readonly code = 'request.nothing-to-waive';
  override readonly kind = 'absent';

  constructor(rule: string, subject: string) {
    super('the check has no such finding', { facts: { rule, subject } });
  }
}

/** Findings of a draft that somebody of its unit considered and goes on with, at one device. */
export class RequestWaivers {
  readonly #ports: ThreadPorts;

  constructor(ports: ThreadPorts) {
    this.#ports = ports;
  }

  /** Throws `request.nothing-to-waive`, as `ThreadRecord.say`. */
  async give(
    draft: ThreadRecord,
    { findings, request }: { readonly findings: readonly Finding[]; readonly request: MlaRequest },
    { rule, subject, reason }: { readonly rule: string; readonly subject: string; reason: string },
  ): Promise<number> {
    const found = findings.find((one) => one.rule === rule && one.subject === subject);
    if (found === undefined || !isWaivable(found)) throw new NothingToWaive(rule, subject);
    const { ruleVersion, values } = waivedPart(found, request);
    return draft.say({
      type: 'record.waive',
      recordId: draft.place.recordId,
      rule,
      ruleVersion,
      subject,
      values: toBase64Url(parseHex(values)),
      reason,
    });
  }

  /** In the order of the log. */
  async on({ place }: ThreadRecord): Promise<readonly GivenWaiver[]> {
    const { follower } = await ThreadWork.open(this.#ports, place.threadId);
    const taken = await follower.shelf.entries(place.threadId);
    return taken.flatMap((entry) => {
      const waived = waivedIn(entry, place.recordId);
      if (waived === null || entry.author === null) return [];
      const { rule, ruleVersion, subject, values, reason } = waived;
      const by = entry.author.personId;
      return [
        {
          seq: entry.seq,
          rule,
          ruleVersion,
          subject,
          values: toHex(parseBase64Url(values)),
          by,
          isOfficer: this.#isOfficer(by),
          reason,
        },
      ];
    });
  }

  #isOfficer(personId: PersonId): boolean {
    const roles = certifiedRoles(this.#ports.directory(), personId);
    return roles.some((role) => role === 'cooperation-officer' || role === 'central-authority');
  }
}

function waivedIn({ seq, kind, effect }: KeptEntry, recordId: string): Waived | null {
  const { content } = effect;
  if (kind !== 'message' || effect['effect'] !== 'content' || !isJsonObject(content)) return null;
  if (content['type'] !== 'record.waive' || content['recordId'] !== recordId) return null;
  // It was read when it was taken in; the store keeps it as JSON, which has no types.
  const said = readContent(utf8(canonicalJson(content)), { kind: 'message', seq });
  return said.type === 'record.waive' ? said : null;
}
