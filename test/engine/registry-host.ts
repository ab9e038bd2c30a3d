import { badgeCommands } from '../../functions/badges/badges.ts';
import { findBadges } from '../../functions/badges/find-badges.ts';
import { importBadges } from '../../functions/badges/import-badges.ts';
import { eventCommands } from '../../functions/programme/events.ts';
import { followGates } from '../../functions/programme/follow-gates.ts';
import { importProgramme } from '../../functions/programme/import-programme.ts';
import { offerNotices } from '../../functions/programme/offer-notices.ts';
import { getProgramme } from '../../functions/programme/programme.ts';
import { sessionCommands } from '../../functions/programme/sessions.ts';
import * as badgeContract from '../../shared/contract/badges.ts';
import * as contract from '../../shared/contract/programme.ts';
import { deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { httpApi, on, onEvent } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announceByRule } from '../../shared/store/announcements/by-rule.ts';
import { attendancePages } from '../../shared/store/attendance/pages.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { badgeScans } from '../../shared/store/badges/badge-scans.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { countBadgesOf } from '../../shared/store/badges/list.ts';
import { eventDeletions } from '../../shared/store/event-deletions.ts';
import { eventStore } from '../../shared/store/events.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { startTestEngine } from './engine.ts';

const TABLE = 'Registry';
export const SECRET = 'a secret of the tests';

/** What the programme and badges functions wire, on an engine of its own. */
export const startRegistryHost = async () => {
  const engine = await startTestEngine();
  const { documents, client } = engine;
  const events = eventStore(documents, TABLE);
  const deletions = eventDeletions(documents, TABLE);
  const programmes = programmeStore(documents, TABLE);
  const badges = badgeStore(documents, TABLE);
  const topics: string[] = [];
  const event = eventCommands({
    events,
    deletionOf: deletions.of,
    badgesOf: countBadgesOf(documents, TABLE),
    sessionsOf: async (record) => (await programmes.get(record)).sessions,
    secret: async () => SECRET,
    createTopic: async (name, language) => {
      topics.push(`${name} ${language}`);
    },
  });
  const gates = followGates(attendanceStore(engine.client, 'Attendance').gates);
  const announcements = announcementStore(documents, 'Announcements');
  const changes = {
    events,
    programmes,
    followGates: gates,
    offerNotices: offerNotices(announceByRule(announcements), Date.now),
  };
  const session = sessionCommands({
    ...changes,
    readPage: attendancePages(client, 'Attendance'),
  });
  const signingKey = async (name: string) => deriveBadgeKey(SECRET, name, 'k1');
  const categoriesOf = async (name: string) => (await events.existing(name)).categories;
  const badgeDeps = {
    badges,
    signingKey,
    sessionsOf: async (name: string) => (await programmes.get(name)).sessions,
    scansOf: badgeScans(client, 'Attendance'),
    clock: Date.now,
  };
  const badge = badgeCommands(badgeDeps);
  const ofEvent = onEvent(events.existing);
  return {
    ...engine,
    table: TABLE,
    topics,
    events,
    programmes,
    badgeStore: badges,
    announcements,
    programme: httpApi([
      on(contract.putEvent, event.put),
      on(contract.getEvent, event.get),
      on(contract.importProgramme, importProgramme(changes)),
      on(contract.getProgramme, getProgramme({ events, programmes })),
      on(contract.getSession, session.get),
      on(contract.patchSession, session.patch),
      on(contract.deleteSession, session.remove),
    ]),
    badges: httpApi([
      ofEvent(
        badgeContract.importBadges,
        importBadges({ badges, categoriesOf, signingKey, clock: Date.now }),
      ),
      ofEvent(badgeContract.findBadges, findBadges({ ...badgeDeps, cursors: cursors(async () => SECRET) })),
      ofEvent(badgeContract.getBadge, badge.get),
      ofEvent(badgeContract.deleteBadge, badge.remove),
      ofEvent(badgeContract.revokeBadge, badge.revoke),
      ofEvent(badgeContract.unrevokeBadge, badge.unrevoke),
      ofEvent(badgeContract.reissueBadge, badge.reissue),
    ]),
  };
};
export type RegistryHost = Awaited<ReturnType<typeof startRegistryHost>>;
