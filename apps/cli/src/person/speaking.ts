import {
  carryInSession,
  carryWhileFounding,
  HttpTransport,
  softwarePresence,
  type InformedRegistrar,
  type Registrar,
  type Session,
} from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { parseTrustStore } from '@enlace/trust';
import { isSeedOf, openKeyFile, readKeyFile, type LockedKey } from '../authority/key-file.js';
import { CliError } from '../command-line/cli-error.js';
import { printable } from '../command-line/error-texts.js';
import { requireText } from '../command-line/option-values.js';
import { askPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { invitationOf } from '../home/device-profile.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';

/** A registrar at the command line: who speaks, under which trust store, and how to ask the person. */
export interface Speaking<Speaker extends Registrar = Registrar> {
  readonly registrar: Speaker;
  readonly trustStore: string;
  readonly questions: Questions;
}

/** The same with a session and a directory of the own: everything but the founding of a State. */
export interface SpeakingInSession extends Speaking<InformedRegistrar> {
  readonly session: Session;
}

/**
 * Speaks as the registrar whose home and key file are given: the directory is brought up to date first, and what is
 * signed is judged by it. Throws `device.no-session`, `key.other-state`, `key.not-opened`, `directory.refused`.
 */
export async function withRegistrar(
  invocation: Invocation,
  act: (speaking: SpeakingInSession) => Promise<number>,
): Promise<number> {
  const key = readRegistrarKey(requireText(invocation.options, 'key'));
  return withEnrolledHome(invocation, async (home) => {
    const { profile, questions } = home;
    const { state } = invitationOf(profile);
    if (key.file.state !== state) {
      throw new CliError('key.other-state', { key: key.file.state, statement: state });
    }
    const seed = await unlock(key, { invocation, questions, variable: 'ENLACE_PASSPHRASE_2' });
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const registrar = {
      state,
      seed,
      // The passphrase of the home was given for this command: its device shows who sits there.
      carry: carryInSession(session, softwarePresence(profile.keys.signSeed)),
      directory: replica.directory,
      clock: systemClock,
      random: systemRandom,
    };
    const { trustStore } = profile;
    return act({ registrar, trustStore, questions, session }).finally(() => seed.fill(0));
  });
}

/** The same, or with `--founding` by the key alone: while nobody of the State can sign in, its signatures speak. */
export async function withFounderOrRegistrar(
  invocation: Invocation,
  act: (speaking: Speaking & { readonly session: Session | null }) => Promise<number>,
): Promise<number> {
  const { options } = invocation;
  if (!options.has('founding')) return withRegistrar(invocation, act);
  const key = readRegistrarKey(requireText(options, 'key'));
  const trustPath = requireText(options, 'trust');
  const trustStore = readInputFile(trustPath);
  refusing(trustPath, () => parseTrustStore(trustStore));
  const server = requireText(options, 'server');
  const transport = refusing('--server', () => new HttpTransport(server));
  const questions = new Questions(invocation.terminal);
  try {
    const seed = await unlock(key, { invocation, questions, variable: 'ENLACE_PASSPHRASE' });
    const registrar = {
      state: key.file.state,
      seed,
      carry: carryWhileFounding(transport),
      directory: null,
      clock: systemClock,
      random: systemRandom,
    };
    return await act({ registrar, trustStore, questions, session: null }).finally(() =>
      seed.fill(0),
    );
  } finally {
    questions.close();
  }
}

function readRegistrarKey(path: string): LockedKey {
  const key = readKeyFile(path);
  if (key.file.kind !== 'registrar') throw new CliError('key.not-a-registrar', { file: path });
  return key;
}

async function unlock(
  key: LockedKey,
  how: {
    readonly invocation: Invocation;
    readonly questions: Questions;
    readonly variable: 'ENLACE_PASSPHRASE' | 'ENLACE_PASSPHRASE_2';
  },
): Promise<Uint8Array> {
  const { invocation, questions, variable } = how;
  const { terminal, language } = invocation;
  const shown = printable(key.path);
  const seed = openKeyFile(
    key,
    await askPassphrase({
      what: { es: shown, en: shown },
      variable,
      environment: terminal.environment,
      language,
      questions,
    }),
  );
  if (!isSeedOf(key.file, seed)) throw new CliError('key.not-opened', { file: key.path });
  return seed;
}
