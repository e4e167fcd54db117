import { useLanguage, useMessages } from '../../i18n/use-messages.js';
import type { SharedVersion } from '../../protocol/operations.js';
import { deadlineWords } from '../entries/deadline-words.js';

/** What was asked with a version, above all and until when; nothing where nothing was. */
export function AskedLines({
  asked: { questions, neededBy },
}: {
  readonly asked: SharedVersion['asked'];
}) {
  const t = useMessages();
  const language = useLanguage();
  return (
    <>
      {questions.length > 0 && (
        <p>{t('requests.asked.questions', { questions: questions.join(', ') })}</p>
      )}
      {neededBy !== null && (
        <p className="notice">
          {t('requests.asked.needed-by', {
            deadline: deadlineWords(language, neededBy.at, neededBy.zone),
          })}
        </p>
      )}
    </>
  );
}
