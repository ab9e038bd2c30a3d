import { useOrganizer } from '../context.ts';
import { useEditedSession } from '../session-edit.ts';
import { AdmissionForm } from './admission-form.tsx';
import { MoveSession } from './move-session.tsx';
import { WhenFull } from './when-full.tsx';

/** What an organizer changes of a session. */
export const SessionForms = ({ sessionId }: { sessionId: string }) => {
  const { words } = useOrganizer();
  const edited = useEditedSession(sessionId);
  if (!edited) return <p class="soft">{words.loading}</p>;
  return (
    <>
      <section class="sheet no-print">
        <h2>{words.admission}</h2>
        <AdmissionForm {...edited} />
      </section>
      <section class="sheet no-print">
        <h2>{words.tellPeople}</h2>
        <WhenFull {...edited} />
      </section>
      <section class="sheet no-print">
        <h2>{words.moveSession}</h2>
        <MoveSession {...edited} />
      </section>
    </>
  );
};
