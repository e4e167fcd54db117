import { useId } from 'react';

/** A word or a day that somebody writes in one line. */
export function LineField({
  label,
  value,
  most,
  isDay = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** In characters. */
  readonly most?: number;
  readonly isDay?: boolean;
  readonly onChange: (typed: string) => void;
}) {
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={isDay ? 'date' : 'text'}
        className="input input-words"
        autoComplete="off"
        maxLength={most}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}
