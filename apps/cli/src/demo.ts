import type { Text } from './command-line/language.js';
import { writeLine } from './command-line/terminal.js';
import type { Invocation } from './command-line/verb.js';
import { claimForDemo } from './server/demo-folder.js';
import { readListening, tellReady } from './server/listening.js';
import { runServer } from './server/server-process.js';

const BANNER: Text = {
  es: [
    'DEMOSTRACIÓN: solo para esta máquina, sin datos reales.',
    'Todavía no hay personas en la demostración: nadie puede iniciar sesión en ella.',
  ].join('\n'),
  en: [
    'DEMO: for this machine only, no real data.',
    'There are no people yet in the demo: nobody can sign in to it.',
  ].join('\n'),
};

/** `enlace demo`: the server in demo mode, loopback only, in a folder that holds nothing but a demo. */
export async function run(invocation: Invocation): Promise<number> {
  const settings = readListening(invocation);
  // A visitor reads this terminal: a line for each request would bury the one that says where to look.
  const logLevel = invocation.terminal.environment['LOG_LEVEL'];
  const claim = claimForDemo(settings.ENLACE_DATA);
  let wasReady = false;
  try {
    return await runServer({
      settings: { ...settings, ENLACE_DEMO: '1', LOG_LEVEL: logLevel ?? 'warn' },
      args: ['--migrate'],
      onReady: (url) => {
        wasReady = true;
        if (!invocation.json) {
          writeLine(invocation.terminal.output, BANNER[invocation.language]);
        }
        tellReady(invocation, url);
      },
    });
  } finally {
    if (!wasReady) {
      claim.withdraw();
    }
  }
}
