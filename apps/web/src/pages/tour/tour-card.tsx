import { useEffect, useRef, type RefObject } from 'react';
import { Button } from 'react-aria-components/Button';

import { useMessages } from '../../i18n/use-messages.js';
import { hrefOf } from '../../routes.js';
import { prefer, usePreferences } from '../../state/preferences/preferences.js';
import { goInTour, takeMoved, useTourPlace } from '../../state/preferences/tour-place.js';
import { tourName, tourOf, type TourStep } from './tour.js';

/** Offers the tour once to whoever has not seen it, goes through it step by step, and gives it again when asked. */
export function TourCard({ roles }: { readonly roles: readonly string[] }) {
  const { toursSeen } = usePreferences();
  const place = useTourPlace();
  const steps = tourOf(roles);
  const name = tourName(roles);
  const isSeen = toursSeen.includes(name);
  const leave = (): void => {
    if (!isSeen) prefer({ toursSeen: [...toursSeen, name] });
    goInTour(null);
  };
  const step = place === null ? undefined : steps[Math.min(place, steps.length - 1)];
  if (place !== null && step !== undefined) {
    return <Step at={steps.indexOf(step)} steps={steps} onLeave={leave} />;
  }
  if (steps.length === 0) return null;
  return isSeen ? <Again /> : <Offer count={steps.length} onLeave={leave} />;
}

function Offer({ count, onLeave }: { readonly count: number; readonly onLeave: () => void }) {
  const t = useMessages();
  return (
    <section className="card" aria-labelledby="tour">
      <h2 id="tour">{t('tour.title')}</h2>
      <p>{t('tour.intro', { count })}</p>
      <div className="acts">
        <Button className="button button-main" onPress={() => goInTour(0)}>
          {t('tour.begin')}
        </Button>
        <Button className="button button-plain" onPress={onLeave}>
          {t('tour.skip')}
        </Button>
      </div>
    </section>
  );
}

function Again() {
  const t = useMessages();
  const again = useRef<HTMLButtonElement>(null);
  useFocusAfterMove(again);
  return (
    <p>
      <Button ref={again} className="button button-plain" onPress={() => goInTour(0)}>
        {t('tour.again')}
      </Button>
    </p>
  );
}

function Step({
  at,
  steps,
  onLeave,
}: {
  readonly at: number;
  readonly steps: readonly TourStep[];
  readonly onLeave: () => void;
}) {
  const t = useMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusAfterMove(heading);
  const step = steps[at];
  if (step === undefined) return null;
  const { name, page, place } = step;
  const isLast = at === steps.length - 1;
  return (
    <section className="card" aria-labelledby="tour">
      <h2 id="tour" ref={heading} tabIndex={-1}>
        {t('tour.step', { at: at + 1, count: steps.length, title: t(`tour.${name}.title`) })}
      </h2>
      <p>{t(`tour.${name}.text`)}</p>
      {name !== 'home' && (
        <p>
          <a href={hrefOf(page)}>{t('tour.open', { place: t(place) })}</a>
        </p>
      )}
      <div className="acts">
        {!isLast && (
          <Button className="button button-main" onPress={() => goInTour(at + 1)}>
            {t('tour.next')}
          </Button>
        )}
        {at > 0 && (
          <Button className="button button-plain" onPress={() => goInTour(at - 1)}>
            {t('tour.back')}
          </Button>
        )}
        <Button className={`button ${isLast ? 'button-main' : 'button-plain'}`} onPress={onLeave}>
          {t(isLast ? 'tour.done' : 'tour.leave')}
        </Button>
      </div>
    </section>
  );
}

/** What takes the place of what was pressed gets the focus; whoever comes to the page by its address keeps theirs. */
function useFocusAfterMove(target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (takeMoved()) target.current?.focus();
  });
}
