interface ChoiceOf {
  readonly id: string;
  /** Of the field in its form; without one, the id. */
  readonly name?: string;
  readonly label: string;
  /** Value and title of each; the first is chosen where none is. */
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly chosen?: string | null | undefined;
  readonly onChoose?: (value: string) => void;
}

/** A labelled field in which one of several is chosen. */
export const Choice = ({ id, name = id, label, options, chosen, onChoose }: ChoiceOf) => (
  <div class="field">
    <label for={id}>{label}</label>
    <select id={id} name={name} onChange={(change) => onChoose?.(change.currentTarget.value)}>
      {options.map(([value, title]) => (
        <option key={value} value={value} selected={value === chosen}>
          {title}
        </option>
      ))}
    </select>
  </div>
);
