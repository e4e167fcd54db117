import { useId } from 'react';

/** One of a few codes, each by its word. */
export function ChoiceField<Code extends string>({
  label,
  codes,
  word,
  value,
  onChange,
}: {
  readonly label: string;
  readonly codes: readonly Code[];
  readonly word: (code: Code) => string;
  readonly value: Code;
  readonly onChange: (code: Code) => void;
}) {
  const id = useId();
  return (
    <div className="question">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input input-words"
        value={value}
        onChange={(event) => {
          const chosen = codes.find((code) => code === event.target.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {codes.map((code) => (
          <option key={code} value={code}>
            {word(code)}
          </option>
        ))}
      </select>
    </div>
  );
}
