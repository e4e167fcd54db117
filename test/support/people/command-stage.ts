import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { formatInstant, toBase64Url } from '@enlace/kernel';
import { publicKeyOf } from '@enlace/trust';

import { sealKeyFile } from '../../../apps/cli/src/authority/key-file.js';
import { ROOT } from '../../architecture/house.js';
import { ACCOUNTS } from '../../scenarios/first-run/accounts.js';
import { EnlaceCommand } from '../../scenarios/first-run/enlace-command.js';
import type { FoundingState } from './founding-state.js';
import { aWitnessedState, type WitnessedState } from './witnessed-state.js';

export const STAGE_PASSPHRASE = 'una frase que nadie adivina';
const [SELF] = ACCOUNTS;
/** The witness is asked after each append; a command that looks before it answered runs again. */
const TRIES_LIMIT = 20;
const PAUSE_MS = 500;

export interface Told {
  readonly code: number;
  /** The lines of standard output, as JSON. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly errors: string;
}

/** A State that is being founded on a real server, and the command `enlace` in a folder of its own. */
export class CommandStage {
  readonly folder = mkdtempSync(join(tmpdir(), 'enlace-command-'));

  private constructor(readonly here: WitnessedState) {}

  static async begin(options?: Parameters<typeof aWitnessedState>[0]): Promise<CommandStage> {
    const stage = new CommandStage(await aWitnessedState(options));
    writeFileSync(stage.at('trust-store.json'), stage.here.trustStore);
    stage.#writeFounding();
    return stage;
  }

  get state(): FoundingState {
    return this.here.state;
  }

  get url(): string {
    return this.here.url;
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** Runs the command to its end, with `--json`, as a process of its own: its passphrases take the whole of a core. */
  async enlace(...args: readonly string[]): Promise<Told> {
    return ended(this.start(...args));
  }

  /** The same under way: whoever looks at it sees what it has said so far, and may answer it. */
  start(...args: readonly string[]): EnlaceCommand {
    const environment = {
      ENLACE_PASSPHRASE: STAGE_PASSPHRASE,
      ENLACE_PASSPHRASE_2: STAGE_PASSPHRASE,
    };
    const said = [...args, '--json', '--lang', 'en'];
    if (SELF === undefined) throw new Error('no account to run as');
    return new EnlaceCommand({ root: ROOT, account: SELF, args: said, environment, typed: null });
  }

  /** The same by a registrar, at the home of that number and with the key. */
  async registrar(number: 1 | 2, ...args: readonly string[]): Promise<Told> {
    const key = this.at(`registrar-${number}.key`);
    return this.enlace(...args, '--home', this.at(`registrar-${number}`), '--key', key);
  }

  /** The same while the State is founded: the key alone speaks. */
  async founder(number: 1 | 2, ...args: readonly string[]): Promise<Told> {
    const key = this.at(`registrar-${number}.key`);
    const trust = this.at('trust-store.json');
    const way = ['--founding', '--server', this.url, '--trust', trust, '--key', key];
    return this.enlace(...args, ...way);
  }

  async claim(who: string, ...args: readonly string[]): Promise<Told> {
    const recovery = ['--recovery-out', this.at(`${who}.recovery-code`)];
    return this.enlace('device', 'claim', '--home', this.at(who), ...recovery, ...args);
  }

  get firstClaim(): readonly string[] {
    return ['--server', this.url, '--trust', this.at('trust-store.json')];
  }

  async close(): Promise<void> {
    await this.here.close();
    rmSync(this.folder, { recursive: true });
  }

  #writeFounding(): void {
    const { state, statements } = this.here;
    for (const [at, wire] of statements.entries()) {
      writeFileSync(this.at(`founding-${at}.json`), `${wire}\n`);
    }
    for (const [at, { seed }] of state.registrars.entries()) {
      const file = {
        v: 1,
        kind: 'registrar',
        state: 'CR',
        publicKey: toBase64Url(publicKeyOf(seed)),
        custodian: 0,
        createdAt: formatInstant(state.nowMs),
      } as const;
      const text = sealKeyFile(file, seed, STAGE_PASSPHRASE);
      writeFileSync(this.at(`registrar-${at + 1}.key`), text, { mode: 0o600 });
    }
  }
}

/** Waits for the end of a command that nobody answers any more. */
export async function ended(command: EnlaceCommand): Promise<Told> {
  if (!command.isOver) command.type('');
  const { code } = await command.everybodyGone();
  return { code: code ?? -1, lines: linesOf(command), errors: command.errors };
}

/** What it has said so far, whole lines. */
export function linesOf({ output }: EnlaceCommand): Told['lines'] {
  const text = output.slice(0, output.lastIndexOf('\n') + 1).trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
}

/** What the State says of itself is handed in, and both registrars have homes whose accounts have begun. */
export async function foundByCommand(stage: CommandStage): Promise<readonly Told[]> {
  const told: Told[] = [];
  const note = async (running: Promise<Told>): Promise<Told> => {
    const done = await running;
    told.push(done);
    return done;
  };
  const { state } = stage;
  for (const at of stage.here.statements.keys()) {
    const file = stage.at(`founding-${at}.json`);
    const way = ['--in', file, '--founding', '--server', stage.url];
    await note(stage.enlace('authority', 'submit', ...way));
  }
  for (const number of [1, 2] as const) {
    const file = (name: string) => stage.at(`${name}-${number}`);
    const { id = '' } = state.registrars[number - 1] ?? {};
    const who = ['--person', id, '--name', `Registrar ${number}`, '--roles', 'registrar'];
    const title = ['--title-es', 'Registradora', '--title-en', 'Registrar'];
    const files = ['--paper', file('paper'), '--out', file('proposed')];
    const office = ['--office', state.officeId];
    await note(stage.founder(1, 'person', 'invite', ...who, ...title, ...office, ...files));
    const approving = ['--in', file('proposed'), '--out', file('approved'), '--yes'];
    await note(stage.founder(2, 'person', 'approve', ...approving));
    const paper = ['--invitation', file('paper'), '--claim-out', file('claim')];
    const home = `registrar-${number}`;
    const claimed = await note(stage.claim(home, ...stage.firstClaim, ...paper));
    const digits = ['--digits', String(claimed.lines[0]?.['digits']), '--yes'];
    const first = ['--in', file('approved'), '--claim', file('claim'), '--out', file('half')];
    await note(stage.founder(1, 'person', 'certify', ...first, ...digits));
    await note(stage.founder(2, 'person', 'certify', '--in', file('half'), ...digits));
    await note(begunAccount(stage, home));
  }
  return told;
}

/** Runs `device claim` until the witness has seen the certificates and the account has begun. */
export async function begunAccount(stage: CommandStage, home: string): Promise<Told> {
  for (let tries = 0; ; tries += 1) {
    const told = await stage.claim(home);
    const waiting = told.lines[0]?.['waiting'];
    const isUnderway = waiting === 'not-witnessed' || String(waiting).endsWith('-unknown');
    if (!isUnderway || tries > TRIES_LIMIT) return told;
    await pause(PAUSE_MS);
  }
}

/** Somebody who is invited, claims, is certified and begins the account; `who` is the home. Resolves to the person. */
export async function enrolByCommand(
  stage: CommandStage,
  who: string,
  role = 'prosecutor',
): Promise<string> {
  const name = ['--name', 'Rosa Alpízar Mena', '--title-es', 'Fiscal', '--title-en', 'Prosecutor'];
  const scope = role === 'auditor' ? ['--audit-scope', 'national'] : [];
  const as = ['--office', stage.state.officeId, '--roles', role, ...scope];
  const paper = stage.at(`${who}.paper`);
  const by = async (number: 1 | 2, ...args: readonly string[]) =>
    sound(await stage.registrar(number, 'person', ...args));
  const invited = await by(1, 'invite', ...name, ...as, '--paper', paper);
  const invitation = ['--invitation', String(invited['invitationId']), '--yes'];
  await by(2, 'approve', ...invitation);
  const { digits } = sound(await stage.claim(who, ...stage.firstClaim, '--invitation', paper));
  await by(1, 'certify', ...invitation, '--digits', String(digits));
  await by(2, 'certify', ...invitation, '--digits', String(digits));
  const begun = sound(await begunAccount(stage, who));
  if (begun['event'] !== 'active') throw new Error(`the account of ${who} has not begun`);
  return String(invited['personId']);
}

function sound({ code, lines, errors }: Told): Readonly<Record<string, unknown>> {
  if (code !== 0) throw new Error(`ended with ${code}: ${JSON.stringify(lines)} ${errors}`);
  return lines[0] ?? {};
}
