import type { RegistrationColumns, RegistrationField } from '../../../shared/import/registration-mapping.ts';
import { useOrganizer } from '../context.ts';
import { chosenFields, type DroppedList } from './list.ts';

const NONE = '';

interface ColumnsOf {
  readonly list: DroppedList;
  readonly columns: RegistrationColumns;
  readonly onChange: (columns: RegistrationColumns) => void;
}

/** Which column is which, with a few of its values; several columns of one field are joined. */
export const Columns = ({ list, columns, onChange }: ColumnsOf) => {
  const { words } = useOrganizer();
  const choose = (field: RegistrationField, chosen: readonly string[]) =>
    onChange({ ...columns, [field]: chosen.filter((heading) => heading !== NONE) });
  return (
    <fieldset>
      <legend>{words.whichColumn}</legend>
      <div class="columns">
        {chosenFields.map((field) => {
          const chosen = columns[field] ?? [];
          const samples = chosen.flatMap((heading) => list.samples.get(heading) ?? []);
          // A field of several columns has a select for each, and one more.
          const selects = chosen.length > 1 ? [...chosen, NONE] : [chosen[0] ?? NONE];
          return (
            <div class="field" key={field}>
              <label for={`column-${field}`}>{words.fields[field]}</label>
              {selects.map((value, index) => (
                <select
                  key={`${field}${index}`}
                  id={index === 0 ? `column-${field}` : undefined}
                  aria-label={index === 0 ? undefined : words.fields[field]}
                  aria-describedby={`samples-${field}`}
                  value={value}
                  onChange={(change) => choose(field, selects.with(index, change.currentTarget.value))}
                >
                  <option value={NONE}>{words.noColumn}</option>
                  {list.headings.map((heading) => (
                    <option key={heading} value={heading}>
                      {heading}
                    </option>
                  ))}
                </select>
              ))}
              <div class="soft samples" id={`samples-${field}`}>
                {samples.length > 0 ? samples.join(' · ') : words.fieldHelp[field]}
              </div>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
};
