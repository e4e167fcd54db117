import { useId } from 'react';

/** Words that cannot be left out, because others will read them. */
interface Demand {
  readonly help: string;
  /** Said to whoever went on without them; null while nothing is wrong. */
  readonly missing: string | null;
  /** As much as the server takes. In characters. */
  readonly most: number;
}

/** What somebody writes in words; what was typed stays after a refusal. */
export function WordsField({
  label,
  value,
  onChange,
  demand,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (words: string) => void;
  readonly demand?: Demand;
}) {
  const id = useId();
  const demanded = demand && {
    required: true,
    maxLength: demand.most,
    'aria-invalid': demand.missing !== null,
    'aria-describedby': `${id}-help ${id}-problem`,
  };
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input input-words"
        rows={3}
        {...demanded}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {demand !== undefined && (
        <>
          <p id={`${id}-help`} className="soft">
            {demand.help}
          </p>
          <div id={`${id}-problem`} role="alert">
            {demand.missing !== null && <p className="notice notice-problem">{demand.missing}</p>}
          </div>
        </>
      )}
    </div>
  );
}
