import { STATES, type State } from '@enlace/contracts';

/** Some of the eleven States, by their codes and in their order. */
export function StateChoices({
  legend,
  chosen,
  onChange,
}: {
  readonly legend: string;
  readonly chosen: readonly State[];
  readonly onChange: (states: readonly State[]) => void;
}) {
  return (
    <fieldset className="choices choices-short">
      <legend>{legend}</legend>
      {STATES.map((state) => (
        <label key={state} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(state)}
            onChange={({ target: { checked } }) =>
              onChange(STATES.filter((one) => (one === state ? checked : chosen.includes(one))))
            }
          />
          {state}
        </label>
      ))}
    </fieldset>
  );
}
