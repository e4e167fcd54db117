import { useId } from 'react';

/** Why somebody does what others will read about. `missing` is said to whoever went on without it. */
export function ReasonField({
  label,
  help,
  missing,
  most,
  value,
  onChange,
}: {
  readonly label: string;
  readonly help: string;
  /** Null while nothing is wrong. */
  readonly missing: string | null;
  /** As much as the server takes. In characters. */
  readonly most: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="input input-words"
        rows={3}
        required
        maxLength={most}
        aria-invalid={missing !== null}
        aria-describedby={`${id}-help ${id}-problem`}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      <p id={`${id}-help`} className="soft">
        {help}
      </p>
      <div id={`${id}-problem`} role="alert">
        {missing !== null && <p className="notice notice-problem">{missing}</p>}
      </div>
    </div>
  );
}
