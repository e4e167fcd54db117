import {
  AuditExports,
  findAsked,
  keepAsked,
  listAsked,
  takeExport,
  type AskedExport,
  type ExportGrounds,
  type Session,
} from '@enlace/client';
import type { AuditExportFormat } from '@enlace/contracts';
import { DomainError, formatInstant, parseBase64Url, systemClock, utf8 } from '@enlace/kernel';

import type { ArgsOf, ResultOf } from '../../protocol/operations.js';
import type { OwnDirectory } from '../directory/own-directory.js';
import { madeFile } from '../files/made-file.js';
import type { Keeper } from '../keeper.js';
import type { OwnAccount, Seat } from '../session/account.js';
import { given, type AccessRecord } from './record.js';
import { evidenceOf } from './served-record.js';

type Purpose = ArgsOf<'record.take-export'>['purpose'];

const ENDINGS = {
  jsonl: 'jsonl',
  csv: 'csv',
  ocsf: 'ocsf.jsonl',
  bundle: 'enlace-evidence.zip',
} as const satisfies Readonly<Record<AuditExportFormat, string>>;

/** This browser asked for no such export, or its day is over. */
class ExportNotHere extends DomainError {
  override readonly code = 'export.not-found';
  override readonly kind = 'absent';
}

interface Own {
  readonly keeper: Keeper;
  readonly account: OwnAccount;
  readonly directory: OwnDirectory;
}

/** What an auditor takes out of the record with this browser. */
export class RecordExports {
  #declared: {
    readonly session: Session;
    readonly purpose: Purpose;
    readonly exports: AuditExports;
  } | null = null;

  constructor(
    private readonly record: AccessRecord,
    private readonly own: Own,
  ) {}

  /** Throws the refusal of the server, and `tlog.*` for a log that is not the one this browser saw before. */
  async ask({
    format,
    purpose,
    filter,
  }: ArgsOf<'record.ask-export'>): Promise<ResultOf<'record.ask-export'>> {
    await this.record.assertGrown();
    const { session, show } = await this.own.account.seat();
    const exports = await this.#under(session, purpose);
    const wanted = { format, filter: given(filter) };
    const { exportId, rows, expiresAt, step } = await exports.ask(wanted, show);
    const asked = { ...wanted, exportId, rows, expiresAt };
    await keepAsked(this.own.keeper.store, asked);
    return { export: shown(asked), isReady: step === 'ready' };
  }

  async list(): Promise<ResultOf<'record.asked-exports'>> {
    return (await listAsked(this.own.keeper.store, systemClock.nowMs())).map(shown);
  }

  /** Throws as `ask`, and `export.not-found` for one that this browser did not ask for. */
  async take({
    exportId,
    purpose,
  }: ArgsOf<'record.take-export'>): Promise<ResultOf<'record.take-export'>> {
    const asked = await findAsked(this.own.keeper.store, exportId);
    if (asked === null) throw new ExportNotHere('not asked for here');
    const seat = await this.own.account.seat();
    const exports = await this.#under(seat.session, purpose);
    const task = { ...asked, timestamp: null };
    const { file, about } = await takeExport(this.#grounds(seat), exports, task);
    const name = nameOf(asked);
    const beside = about === null ? [] : [madeFile(`${name}.about.json`, utf8(about))];
    return { files: [madeFile(name, file), ...beside] };
  }

  async approve({
    exportId,
    purpose,
  }: ArgsOf<'record.approve-export'>): Promise<ResultOf<'record.approve-export'>> {
    const { session, show } = await this.own.account.seat();
    const exports = await this.#under(session, purpose);
    const { rows } = await exports.approve(exportId, show);
    return { rows };
  }

  /** A purpose is declared once for acts in a row, and ends with the session. */
  async #under(session: Session, purpose: Purpose): Promise<AuditExports> {
    const known = this.#declared;
    if (known?.session === session && known.purpose === purpose) return known.exports;
    const exports = await AuditExports.open(session, purpose);
    this.#declared = { session, purpose, exports };
    return exports;
  }

  #grounds(seat: Seat): ExportGrounds {
    const { session, profile } = seat;
    return {
      session,
      replica: async () => this.own.directory.held(seat),
      device: {
        deviceCert: profile.deviceCert ?? '',
        signSeed: parseBase64Url(profile.signSeed),
      },
      logs: evidenceOf(session),
      clock: systemClock,
      pause: async (ms) => new Promise<void>((go) => void setTimeout(go, ms)),
    };
  }
}

function shown({ exportId, format, rows, expiresAt }: AskedExport) {
  return { exportId, format, rows, expiresAt };
}

/** By its day, and by the end of its id: the beginnings of ids of one hour are alike. */
function nameOf({ exportId, format }: AskedExport): string {
  const day = formatInstant(systemClock.nowMs()).slice(0, 10);
  return `enlace-${day}-${exportId.slice(-8)}.${ENDINGS[format]}`;
}
