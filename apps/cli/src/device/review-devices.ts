import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import type { EnrolledHome } from '../home/enrolled-home.js';
import { openDirectory } from '../home/held-directory.js';
import { newsOfDevices, rememberDevices, type DeviceNews } from '../home/known-devices.js';

const TEXTS = {
  'new-device': {
    es: 'Dispositivo nuevo de usted: {deviceId} ({platform}). Si no lo agregó usted: «enlace device revoke».',
    en: 'A new device of yours: {deviceId} ({platform}). If you did not add it: "enlace device revoke".',
  },
  'passkeys-changed': {
    es: 'Otras llaves de acceso en {deviceId} ({platform}). Si no las cambió usted: «enlace device revoke».',
    en: 'Other passkeys on {deviceId} ({platform}). If you did not change them: "enlace device revoke".',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Tells a person what is new about the own devices since this home looked last: whoever added one to a stolen key has
 * to count with all the others. A script reads the same from what is resolved to.
 */
export async function tellNewDevices(
  home: EnrolledHome,
  { terminal, json, language }: Pick<Invocation, 'terminal' | 'json' | 'language'>,
): Promise<readonly DeviceNews[]> {
  const { directory } = await openDirectory(home);
  const news = await newsOfDevices(home, directory);
  for (const { kind, deviceId, platform } of json ? [] : news) {
    writeLine(terminal.errors, fillText(TEXTS[kind][language], { deviceId, platform }));
  }
  await rememberDevices(home, directory);
  return news;
}
