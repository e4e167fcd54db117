import {
  moveRequest,
  RequestRecords,
  requestIn,
  RequestWaivers,
  type ThreadRecord,
} from '@enlace/client';
import { parseId, utf8, type JsonObject, type RequestId } from '@enlace/kernel';
import {
  check,
  openBlockers,
  parseDay,
  printDocument,
  render,
  writeDocument,
  type MlaRequest,
  type PackSet,
  type SoundReport,
} from '@enlace/mla';

import type { ArgsOf, ResultOf, ShownRequest } from '../../protocol/operations.js';
import { keepKeys } from '../threads/keeping.js';
import type { Desk, Workroom } from '../threads/workroom.js';
import { madeFile } from '../files/made-file.js';
import { assertStep, packsNow, shownNow, statusBefore, withDraft } from './desk-of-requests.js';
import { NotFrozen, NotReady, RequestNotHere } from './request-errors.js';
import { readTypeface } from './typeface.js';

/**
 * From a draft to the document that a central authority gets. Throws the refusal of the server, `client.*`,
 * `directory.refused`, `store.damaged`, `request.*`, `record.*`.
 */
export class FormalRequests {
  constructor(private readonly room: Workroom) {}

  /** Goes on in spite of a finding; protection of persons takes two. */
  async waive({
    requestId,
    today,
    rule,
    subject,
    reason,
  }: ArgsOf<'request.waive'>): Promise<ShownRequest> {
    return this.room.work(async (desk) => {
      await withDraft(desk, requestId, async (draft) => {
        const { request, report } = await checked(desk, draft.value, today);
        const { findings } = report;
        const waivers = new RequestWaivers(desk.ports);
        await waivers.give(draft, { findings, request }, { rule, subject, reason });
      });
      await keepKeys(desk.threads);
      return shownNow(desk, requestId);
    });
  }

  /** The draft as it stands becomes a version that nobody changes; nothing with a blocker that nobody considered. */
  async freeze({ requestId, today }: ArgsOf<'request.freeze'>): Promise<ShownRequest> {
    return this.room.work(async (desk) => {
      const id = parseId<RequestId>(requestId);
      const from = await statusBefore(desk, id, 'frozen');
      const { versionHash } = await withDraft(desk, requestId, async (draft) => {
        const { report } = await assertReady(desk, { draft, value: draft.value, today });
        return new RequestRecords(desk.ports).freeze(draft, report);
      });
      const { session, show } = desk.seat;
      await moveRequest(session, id, { step: { from, to: 'frozen', versionHash }, show });
      await keepKeys(desk.threads);
      return shownNow(desk, requestId);
    });
  }

  /**
   * The newest frozen version as the formal document, its sealed annex where there is one, and the list of their
   * hashes. The step is taken before a file is given; the hashes are told in the thread. Given again, the same bytes
   * are given again.
   */
  async export({
    requestId,
    today,
    format,
    language,
  }: ArgsOf<'request.export'>): Promise<ResultOf<'request.export'>> {
    return this.room.work(async (desk) => {
      const { session, show } = desk.seat;
      const id = parseId<RequestId>(requestId);
      const { tracked } = await shownNow(desk, requestId);
      const from = tracked?.status ?? 'draft';
      if (from !== 'exported') assertStep(from, 'exported');
      const files = await withDraft(desk, requestId, async (draft) => {
        const frozen = draft.versions.at(-1);
        if (frozen === undefined) throw new NotFrozen();
        const ready = await assertReady(desk, { draft, value: frozen.value, today });
        const document = render(ready.request, language, ready.packs.authorities);
        const { main, sealed } =
          format === 'pdf'
            ? await printDocument(document, { isDraft: false, typeface: await readTypeface() })
            : await writeDocument(document, { format, isDraft: false });
        if (from !== 'exported')
          await moveRequest(session, id, { step: { from, to: 'exported' }, show });
        const name = `enlace-${requestId.slice(0, 8)}-v${frozen.version}-${language}`;
        const made = [
          madeFile(`${name}.${format}`, main),
          ...(sealed === null ? [] : [madeFile(`${name}.sealed.${format}`, sealed)]),
        ];
        const digests = made.map((file) => file.sha256).join(' ');
        await draft.say({ type: 'text', text: `export ${frozen.version} SHA-256 ${digests}` });
        return [...made, checksumsOf(`${name}.${format}.sha256`, made)];
      });
      await keepKeys(desk.threads);
      return { files };
    });
  }
}

/** A line for each file, as `sha256sum --check` reads it. */
function checksumsOf(name: string, files: readonly ReturnType<typeof madeFile>[]) {
  return madeFile(name, utf8(files.map((file) => `${file.sha256}  ${file.name}\n`).join('')));
}

interface Checked {
  readonly request: MlaRequest;
  readonly report: SoundReport;
  readonly packs: PackSet;
}

/** By the packs as States confirmed them, on the day where the person sits. */
async function checked(desk: Desk, value: JsonObject, today: string): Promise<Checked> {
  const request = requestIn(value);
  if (request === null) throw new RequestNotHere();
  const packs = await packsNow(desk);
  const report = check(request, packs, parseDay(today));
  if (report.verdict === 'malformed') throw new NotReady();
  return { request, report, packs };
}

async function assertReady(
  desk: Desk,
  {
    draft,
    value,
    today,
  }: { readonly draft: ThreadRecord; readonly value: JsonObject; readonly today: string },
): Promise<Checked> {
  const ready = await checked(desk, value, today);
  const waivers = await new RequestWaivers(desk.ports).on(draft);
  if (openBlockers(ready.report.findings, ready.request, waivers).length > 0) throw new NotReady();
  return ready;
}
