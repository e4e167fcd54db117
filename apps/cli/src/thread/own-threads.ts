import { setTimeout as pause } from 'node:timers/promises';
import {
  auditTrustOf,
  HttpTransport,
  Threads,
  type DirectoryReplica,
  type Patience,
  type Session,
  type ThreadPorts,
} from '@enlace/client';
import { STATES, type State } from '@enlace/contracts';
import { mlsPort } from '@enlace/e2ee';
import { isDomainError, systemClock, systemRandom } from '@enlace/kernel';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { failureOf } from '../failure.js';
import type { AskingHome, EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { openVault, personOf } from '../home/kept-vault.js';
import { statementsOf } from '../home/own-record.js';
import { withSessionHome } from '../home/session-home.js';

const TEXTS = {
  forked: {
    es: [
      'ALERTA: otro dispositivo suyo vio otro hilo, o el servidor no muestra la bóveda que debe ({problem}).',
      'Avise al auditor de su Estado.',
    ].join('\n'),
    en: [
      'ALERT: another device of yours saw another thread, or the server does not show the vault that it should ({problem}).',
      'Tell the auditor of your State.',
    ].join('\n'),
  },
  later: {
    es: 'Atención: las claves nuevas aún no están en la bóveda ({problem}); se guardan con el próximo comando.',
    en: 'Attention: the new keys are not in the vault yet ({problem}); they are kept with the next command.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** A command waits for a server that gives no answer as long as a person does; what was done waits in the home. */
const PATIENCE: Patience = { tries: 4, pause: async (ms) => pause(ms) };

/** The threads of a home, and who asks. */
export interface OwnThreads {
  readonly home: AskingHome;
  readonly session: Session;
  /** Where the server is. */
  readonly origin: string;
  readonly threads: Threads;
  /** What the threads work with, for what is kept in them. */
  readonly ports: ThreadPorts;
  /** The directory that they are judged by. */
  readonly replica: DirectoryReplica;
}

/**
 * Works with the threads of the home, after taking in what is new in the directory. Throws as `withSessionHome`,
 * `directory.refused`.
 */
export async function withOwnThreads(
  invocation: Invocation,
  act: (own: OwnThreads) => Promise<number>,
): Promise<number> {
  return withSessionHome(invocation, async (home, session) => {
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const ports = threadPortsOf(home, session, replica);
    const threads = new Threads(ports);
    const { origin } = new HttpTransport(home.profile.server);
    const code = await act({ home, session, origin, threads, ports, replica });
    return Math.max(code, await backUp(invocation, threads));
  });
}

/** What the threads of a home work with, by the directory as `replica` holds it. */
export function threadPortsOf(
  home: EnrolledHome,
  session: Session,
  replica: DirectoryReplica,
): ThreadPorts {
  const { deviceId, signSeed, kemSeed } = home.profile.keys;
  return {
    session,
    store: home.store,
    device: { self: { deviceId, personId: personOf(home) }, signSeed, kemSeed },
    groups: mlsPort(systemRandom),
    directory: () => replica.directory,
    refreshDirectory: async () => void (await syncDirectory(replica, session)),
    vault: once(async () => openVault(home, { session, directory: replica.directory })),
    trust: () => auditTrustOf(replica.directory),
    statements: statementsOf(home),
    clock: systemClock,
    random: systemRandom,
    patience: PATIENCE,
  };
}

/** What was done is done: keys that cannot be kept now wait in the home, and only an alarm changes how the act ends. */
export async function backUp(
  { terminal, language }: Pick<Invocation, 'terminal' | 'language'>,
  threads: Threads,
): Promise<number> {
  try {
    await threads.backUp();
    return EXIT.done;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const isAlarm = failureOf(error).exitCode === EXIT.alert;
    const text = isAlarm ? TEXTS.forked : TEXTS.later;
    writeLine(terminal.errors, fillText(text[language], { problem: error.code }));
    return isAlarm ? EXIT.alert : EXIT.done;
  }
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | null = null;
  return async () => (opened ??= open());
}

/** The State of the person, as the directory says. Throws `thread.not-now`. */
export function ownStateIn({ device, directory }: ThreadPorts): State {
  const home = directory().homes.get(`person|${device.self.personId}`);
  const state = STATES.find((one) => one === home);
  if (state === undefined) throw new CliError('thread.not-now', { rule: 'thread.not-taking-part' });
  return state;
}
