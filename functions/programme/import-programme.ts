import { Problem, parse } from '../../shared/contract/problem.ts';
import { nativeProgramme } from '../../shared/contract/programme.ts';
import { type FileRows, rowsOfSchedule } from '../../shared/import/schedule-rows.ts';
import type { Answer } from '../../shared/runtime/http.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { planImport } from './plan-import.ts';
import type { ProgrammeDeps } from './programme.ts';

interface ImportCall {
  readonly params: { readonly event: string };
  readonly query: { readonly venueId?: string | undefined; readonly dryRun: boolean };
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const isXml = ({ headers }: ImportCall) => /\bxml\b/i.test(headers['content-type'] ?? '');

const rowsOf = (call: ImportCall, event: EventRecord, known: Programme): FileRows => {
  const { venueId } = call.query;
  if (isXml(call)) return rowsOfSchedule({ xml: call.text }, event, known, venueId);
  if ('schedule' in call.body) return rowsOfSchedule({ json: call.body }, event, known, venueId);
  const { venues, sessions } = parse(nativeProgramme, call.body, 'The programme');
  if (venues.length + sessions.length === 0) {
    const detail = 'needs at least one venue or session';
    throw new Problem('validation', `The programme ${detail}`, {
      errors: [{ pointer: '/sessions', detail }],
    });
  }
  return {
    source: 'native',
    venues: venues.map((value, index) => ({ pointer: `/venues/${index}`, value })),
    sessions: sessions.map((value, index) => ({ pointer: `/sessions/${index}`, value })),
  };
};

export const importProgramme =
  ({ events, programmes, followGates, offerNotices }: ProgrammeDeps) =>
  async (call: ImportCall): Promise<Answer> => {
    const event = await events.existing(call.params.event);
    const stored = await programmes.whole(event);
    const rows = rowsOf(call, event, stored);
    const { result, foretold, programme } = planImport(stored, rows, event);
    if (call.query.dryRun) return { status: 200, body: { ...result, foretold } };
    if (programme && !(await programmes.replace(event, programme))) {
      throw new Problem(
        'conflict',
        'Someone else has changed the programme meanwhile; nothing of this file was applied. Send it again.',
      );
    }
    if (programme) {
      await Promise.all([
        followGates(event.event, event.programmeRevision + 1, stored.sessions, programme.sessions),
        offerNotices(event, stored.sessions, programme),
      ]);
    }
    return { status: 200, body: result };
  };
