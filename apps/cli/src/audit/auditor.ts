import { softwarePresence, type Session, type StepUpStatement } from '@enlace/client';
import { PURPOSE_HEADER, ROUTES } from '@enlace/contracts';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';
import { loadSession } from '../home/stored-session.js';
import { partReader, prefixOf, ServedLog } from '../log/log-reader.js';

/** What one request of an auditor may answer at most: 10,000 events. In bytes. */
const EXPORT_LIMIT_BYTES = 128 * 1024 * 1024;

type ElevatedRequest = Pick<StepUpStatement, 'action' | 'objectId'> & {
  readonly path: string;
  readonly body: JsonObject;
};

/** An auditor at work: a session, the purpose `audit` declared for it, and the own key for a step-up. */
export class Auditor {
  private constructor(
    private readonly home: EnrolledHome,
    private readonly session: Session,
    private readonly headings: Readonly<Record<string, string>>,
  ) {}

  /** Throws `device.no-session`, and the refusal of the server. */
  static async at(home: EnrolledHome): Promise<Auditor> {
    const { session } = await openKeptSession(home);
    const declaring = { method: 'POST', path: ROUTES.declarations } as const;
    const declared = await session.request({ ...declaring, body: { purpose: 'audit' } }, 'act');
    const headings = { [PURPOSE_HEADER]: readText(declared, 'declarationId') };
    return new Auditor(home, session, headings);
  }

  /** The session, for what needs no purpose. */
  get plain(): Session {
    return this.session;
  }

  async get(path: string): Promise<JsonValue> {
    const request = { method: 'GET', path, headings: this.headings } as const;
    return this.session.request({ ...request, limitBytes: EXPORT_LIMIT_BYTES }, 'act');
  }

  /** For what asks no second factor. */
  async post(path: string, body: JsonObject): Promise<void> {
    await this.session.request({ method: 'POST', path, body, headings: this.headings }, 'act');
  }

  async postElevated({ path, body, ...about }: ElevatedRequest): Promise<JsonValue> {
    const request = { method: 'POST', path, body, headings: this.headings } as const;
    const presence = softwarePresence(this.home.profile.keys.signSeed);
    return this.session.requestElevated(request, about, presence);
  }

  /** Parts of a log, which need no proof; the token is the newest one. */
  async log(origin: string): Promise<ServedLog> {
    const kept = await loadSession(this.home.store);
    if (kept === null) throw new CliError('device.no-session');
    const headings = () => ({ authorization: `DPoP ${kept.token}` });
    return new ServedLog(partReader(this.home.profile.server, headings), prefixOf(origin));
  }
}

// Attacker-controlled: what the server answers.
export function readText(value: JsonValue, name: string): string {
  const member = isJsonObject(value) ? value[name] : undefined;
  if (typeof member !== 'string') throw new CliError('server.answered', { problem: name });
  return member;
}
