import { declarePurpose, type Session } from '@enlace/client';
import { isJsonObject, type JsonObject, type JsonValue } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';
import { loadSession } from '../home/stored-session.js';
import { partReader, prefixOf, ServedLog } from '../log/log-reader.js';

/** An auditor at work: a session, the purpose `audit`, which is declared with the first need of it, and the logs. */
export class Auditor {
  #declared: Readonly<Record<string, string>> | null = null;

  private constructor(
    private readonly home: EnrolledHome,
    private readonly session: Session,
  ) {}

  /** Throws `device.no-session`, and the refusal of the server. */
  static async at(home: EnrolledHome): Promise<Auditor> {
    const { session } = await openKeptSession(home);
    return new Auditor(home, session);
  }

  /** The session, for what needs no purpose. */
  get plain(): Session {
    return this.session;
  }

  async get(path: string): Promise<JsonValue> {
    return this.session.request({ method: 'GET', path, headings: await this.#headings() }, 'act');
  }

  /** For what asks no second factor. */
  async post(path: string, body: JsonObject): Promise<void> {
    const headings = await this.#headings();
    await this.session.request({ method: 'POST', path, body, headings }, 'act');
  }

  /** Parts of a log, which need no proof; the token is the newest one. */
  async log(origin: string): Promise<ServedLog> {
    const kept = await loadSession(this.home.store);
    if (kept === null) throw new CliError('device.no-session');
    const headings = () => ({ authorization: `DPoP ${kept.token}` });
    return new ServedLog(partReader(this.home.profile.server, headings), prefixOf(origin));
  }

  async #headings(): Promise<Readonly<Record<string, string>>> {
    this.#declared ??= await declarePurpose(this.session, { purpose: 'audit' });
    return this.#declared;
  }
}

// Attacker-controlled: what the server answers.
export function readText(value: JsonValue, name: string): string {
  const member = isJsonObject(value) ? value[name] : undefined;
  if (typeof member !== 'string') throw new CliError('server.answered', { problem: name });
  return member;
}
