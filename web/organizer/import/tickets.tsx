import type { Registration } from '../../../shared/import/registration.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';

interface TicketsOf {
  readonly registration: Registration;
  readonly onChange: (ticket: string, category: string) => void;
}

/** What a ticket of the list becomes at the door. */
export const Tickets = ({ registration: { categories }, onChange }: TicketsOf) => {
  const { words, api, event } = useOrganizer();
  const { value: known = [] } = useLoaded(
    async () => (await api.call('GET /v1/events/{event}', { params: { event } })).body.categories,
    [event],
  );
  return (
    <fieldset>
      <legend>{words.tickets}</legend>
      <div class="columns">
        {[...categories].map(([ticket, category]) => (
          <div class="field" key={ticket}>
            <label for={`ticket-${ticket}`}>{ticket || words.noTicket}</label>
            <select
              id={`ticket-${ticket}`}
              value={category}
              onChange={(change) => onChange(ticket, change.currentTarget.value)}
            >
              {!known.some(({ id }) => id === category) && <option value={category}>{category}</option>}
              {known.map(({ id, title }) => (
                <option key={id} value={id}>
                  {inLanguage(title)}
                </option>
              ))}
            </select>
          </div>
        ))}
      </div>
    </fieldset>
  );
};
