import { CliError } from '../command-line/cli-error.js';
import type { Text } from '../command-line/language.js';
import { askPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';
import { isEnrolled, loadProfile, type DeviceProfile } from './device-profile.js';
import { homeFolderOf, openHome, type Home } from './home.js';

const WHAT: Text = { es: 'esta carpeta', en: 'this home' };

/** A home whose device two registrars and its person have certified. */
export interface EnrolledHome {
  readonly store: Home['store'];
  readonly profile: DeviceProfile & { readonly deviceCert: string };
}

/** The same, for an act that asks the person more than the passphrase; `questions` are closed with the home. */
export interface AskingHome extends EnrolledHome {
  readonly questions: Questions;
}

/** Opens the home for one act, and closes it after it. Throws `device.not-enrolled` and as `openHome`. */
export async function withEnrolledHome<Result>(
  invocation: Invocation,
  act: (home: AskingHome) => Promise<Result>,
): Promise<Result> {
  const { terminal, language } = invocation;
  const folder = homeFolderOf(invocation);
  const questions = new Questions(terminal);
  try {
    const variable = 'ENLACE_PASSPHRASE';
    const { environment } = terminal;
    const passphrase = await askPassphrase({
      what: WHAT,
      variable,
      environment,
      language,
      questions,
    });
    const home = await openHome(folder, passphrase);
    try {
      const profile = await loadProfile(home.store);
      const deviceCert = profile?.deviceCert ?? null;
      if (profile === null || !isEnrolled(profile) || deviceCert === null) {
        throw new CliError('device.not-enrolled', { folder });
      }
      return await act({ store: home.store, profile: { ...profile, deviceCert }, questions });
    } finally {
      home.close();
    }
  } finally {
    questions.close();
  }
}
