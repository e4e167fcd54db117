import { canonicalJson, isDomainError, parseBase64Url } from '@enlace/kernel';
import {
  cryptoReady,
  currentOf,
  keyFingerprint,
  officeAt,
  type Directory,
  type VerifiedDevice,
} from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome, type EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, ownChainIn, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';

const TEXTS = {
  device: {
    es: 'Dispositivo {deviceId} ({fingerprint}), hasta {notAfter}',
    en: 'Device {deviceId} ({fingerprint}), until {notAfter}',
  },
  person: {
    es: 'certificado por la persona {personId} de {state}: {roles}, {office}',
    en: 'certified by the person {personId} of {state}: {roles}, {office}',
  },
  registrar: {
    es: 'a quien certificó el registrador {id} ({fingerprint})',
    en: 'who was certified by the registrar {id} ({fingerprint})',
  },
  root: {
    es: 'a quienes certificó la raíz de {state} ({fingerprint}), que está en el almacén de confianza',
    en: 'who were certified by the root of {state} ({fingerprint}), which is in the trust store',
  },
  waiting: {
    es: 'Dispositivo {deviceId}: la cadena todavía no vale ({rule}).',
    en: 'Device {deviceId}: the chain does not count yet ({rule}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace whoami`: who this home is and who vouches, by the directory that it holds. Ends with 1 while nobody does. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const replica = await openDirectory(home);
    await syncIfSignedIn(home, replica);
    const chain = ownChainIn(replica, home);
    const { deviceId } = home.profile.keys;
    if (chain.kind === 'waiting') {
      const told = { deviceId, rule: chain.rule };
      writeLine(
        terminal.output,
        json
          ? canonicalJson({ event: 'whoami', isVouchedFor: false, ...told })
          : fillText(TEXTS.waiting[language], told),
      );
      return EXIT.reservations;
    }
    const { person } = chain.device;
    const { personId, state, roles, officeId, registrars } = person;
    const told = { deviceId, personId, state, roles: [...roles], officeId };
    writeLine(
      terminal.output,
      json
        ? canonicalJson({
            event: 'whoami',
            isVouchedFor: true,
            ...told,
            registrars: [...registrars],
          })
        : chainInWords(replica.directory, chain.device, language),
    );
    return EXIT.done;
  });
}

/** Without a session, or without a server, the home still knows who it is. A lie is not passed over. */
async function syncIfSignedIn(
  home: EnrolledHome,
  replica: Awaited<ReturnType<typeof openDirectory>>,
): Promise<void> {
  try {
    const { session } = await openKeptSession(home);
    await syncDirectory(replica, session);
  } catch (error) {
    const isOffline = ['device.no-session', 'session.ended', 'client.unreachable'].some((code) =>
      isDomainError(error, code),
    );
    if (!isOffline) throw error;
  }
}

function chainInWords(directory: Directory, device: VerifiedDevice, language: Language): string {
  const { person, deviceId, signKey, notAfterMs } = device;
  const { state, personId, roles, officeId, registrars } = person;
  const office = officeAt(directory, state, officeId)?.names[language] ?? officeId;
  const rootKey = directory.authorities.get(state)?.generations.at(-1)?.key ?? '';
  const lines = [
    fillText(TEXTS.device[language], {
      deviceId,
      fingerprint: keyFingerprint(signKey),
      notAfter: new Date(notAfterMs).toISOString(),
    }),
    fillText(TEXTS.person[language], { personId, state, roles: roles.join(', '), office }),
    ...registrars.map((id) => {
      const cert = currentOf(directory, { type: 'registrar-cert', state, subject: id });
      const fingerprint = fingerprintOf(cert?.statement.body.key ?? '');
      return fillText(TEXTS.registrar[language], { id, fingerprint });
    }),
    fillText(TEXTS.root[language], { state, fingerprint: fingerprintOf(rootKey) }),
  ];
  return lines.map((line, at) => `${'  '.repeat(Math.min(at, 2))}${line}`).join('\n');
}

function fingerprintOf(key: string): string {
  return key === '' ? '-' : keyFingerprint(parseBase64Url(key));
}
