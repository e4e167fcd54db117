import { TextQuestion } from '../../components/text-question.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { ResultOf } from '../../protocol/operations.js';
import { showPasskey } from '../../state/passkey.js';
import { textBuffer } from '../../state/text-buffer.js';
import { useAct } from '../../state/use-act.js';
import { worker } from '../../state/workspace.js';

/** Another device has locked the vault anew: the code of then opens it here, and a passkey of this browser from now. */
export function Adopt({ onDone }: { readonly onDone: (ways: ResultOf<'ways.list'>) => void }) {
  const t = useMessages();
  const acting = useAct();
  return (
    <>
      <p>{t('ways.adopt.text')}</p>
      <TextQuestion
        label={t('ways.adopt.label')}
        help={t('ways.adopt.help')}
        verb={t('ways.adopt.act')}
        acting={acting}
        onAnswer={async (typed) => {
          const { prf } = await showPasskey(await worker().call('session.ask-here', {}));
          const secret = textBuffer(typed);
          const given = prf === null ? [secret] : [secret, prf];
          const asked = { kind: 'recovery', secret, prf } as const;
          await worker().call('ways.adopt', asked, given);
          // The passkey goes to the copy of the server with the next look at it.
          await worker().call('directory.vault', {});
          onDone(await worker().call('ways.list', {}));
        }}
      />
    </>
  );
}
