import { useId } from 'react';

/** One thing that a search is narrowed by. */
export function RecordField({
  label,
  help,
  value,
  onChange,
}: {
  readonly label: string;
  readonly help?: string;
  readonly value: string;
  readonly onChange: (next: string) => void;
}) {
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      {help !== undefined && (
        <p id={`${id}-help`} className="soft">
          {help}
        </p>
      )}
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        value={value}
        onChange={(event) => onChange(event.target.value.trim())}
      />
    </div>
  );
}

/** What was typed, as the server takes it; a day begins in UTC, and what is no day is left to the server to refuse. */
export function narrowing(typed: Readonly<Record<string, string>>) {
  return Object.entries(typed).map(([name, value]) => ({
    name,
    value: /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00.000Z` : value,
  }));
}
