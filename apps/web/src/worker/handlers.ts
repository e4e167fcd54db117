import type { Handlers } from './dispatch.js';
import { Enrolling } from './enrolment/enrolling.js';
import { Keeper } from './keeper.js';
import { OwnAccount } from './session/account.js';

/** The acts behind every operation; each is a line here and a method of what it works on. */
export function createHandlers({ onTakenOver }: { readonly onTakenOver: () => void }): Handlers {
  const keeper = new Keeper(onTakenOver);
  const enrolling = new Enrolling(keeper);
  const account = new OwnAccount(keeper);
  return {
    'session.open-store': async ({ takeOver }) => keeper.open(takeOver),
    'session.ask': async () => account.ask(),
    'session.open': async (shown) => account.open(shown),
    'session.list': async () => account.sessions(),
    'session.end': async ({ sessionId }) => account.end(sessionId),
    'session.sign-out': async () => {
      await account.signOut();
      return {};
    },
    'vault.open': async (secret) => account.openVault(secret),
    'enrol.view': async () => enrolling.view(),
    'enrol.read-invitation': async ({ typed }) => enrolling.readInvitation(typed),
    'enrol.abandon': async () => enrolling.abandon(),
    'enrol.passkey-options': async () => enrolling.passkeyOptions(),
    'enrol.add-passkey': async (made) => enrolling.addPasskey(made),
    'enrol.claim': async () => enrolling.claim(),
    'enrol.set-passphrase': async ({ passphrase }) => enrolling.setPassphrase(passphrase),
    'enrol.make-kit': async () => enrolling.makeKit(),
    'enrol.check-kit': async ({ typed }) => enrolling.checkKit(typed),
    'enrol.poll': async () => enrolling.poll(),
  };
}
