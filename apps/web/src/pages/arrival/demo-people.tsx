import { useState } from 'react';
import { Button } from 'react-aria-components/Button';

import { ActProblem } from '../../components/act-problem.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type { DemoPerson } from '../../protocol/operations.js';
import { useAct } from '../../state/use-act.js';
import { useAtStart } from '../../state/use-at-start.js';
import { worker } from '../../state/workspace.js';
import { DemoEntry } from './demo-entry.js';

/** The invented people of a demo on this machine, each entered as with one press; nothing where there is no demo. */
export function DemoPeople() {
  const t = useMessages();
  const said = useBilingual();
  const { isBusy, problem, act } = useAct();
  const [people, setPeople] = useState<readonly DemoPerson[] | null>(null);
  const read = (): void => act(async () => setPeople(await worker().call('demo.people', {})));
  useAtStart(read);
  if (people === null && problem === null) return null;
  return (
    <section className="list demo" aria-labelledby="demo">
      <h2 id="demo">{t('demo.title')}</h2>
      <p>{t('demo.intro')}</p>
      <ActProblem problem={problem} />
      {people?.length === 0 && <p>{t('demo.none-yet')}</p>}
      {(people === null || people.length === 0) && (
        <Button className="button button-plain" isDisabled={isBusy} onPress={read}>
          {t('demo.look-again')}
        </Button>
      )}
      <ul className="cards">
        {people?.map(({ slug, name, title, state }) => (
          <li key={slug} className="card">
            <h3>{name}</h3>
            <p>{`${said(title)} · ${state}`}</p>
            <DemoEntry slug={slug} verb={t('demo.enter', { name })} />
          </li>
        ))}
      </ul>
    </section>
  );
}
