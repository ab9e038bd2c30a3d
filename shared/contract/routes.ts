import * as announcements from './announcements.ts';
import * as annulments from './annulments.ts';
import * as attendance from './attendance.ts';
import * as attendees from './attendees.ts';
import * as badgeLists from './badge-lists.ts';
import * as badges from './badges.ts';
import * as checkIns from './check-ins.ts';
import * as deliveries from './deliveries.ts';
import * as devices from './devices.ts';
import * as eventClosing from './event-closing.ts';
import * as headCounts from './head-counts.ts';
import * as meta from './meta.ts';
import type { Operation } from './operation.ts';
import * as previews from './previews.ts';
import * as programme from './programme.ts';
import * as publicAnnouncements from './public-announcements.ts';
import * as pages from './public-pages.ts';
import * as rooms from './rooms.ts';
import * as subscriptions from './subscriptions.ts';
import * as walkIns from './walk-ins.ts';

/** Every route of the API, as the OpenAPI document describes them. */
export const operations = [
  checkIns.createCheckIns,
  annulments.annulScan,
  walkIns.createWalkIn,
  devices.createDevice,
  devices.pairDevice,
  devices.listDevices,
  devices.revokeDevice,
  devices.getScanner,
  devices.getScannerCodes,
  programme.putEvent,
  programme.getEvent,
  eventClosing.closeEvent,
  eventClosing.reopenEvent,
  eventClosing.deleteEvent,
  programme.importProgramme,
  programme.getProgramme,
  programme.getSession,
  programme.patchSession,
  programme.deleteSession,
  badges.importBadges,
  badges.findBadges,
  badgeLists.exportBadges,
  badges.getBadge,
  badges.deleteBadge,
  badges.revokeBadge,
  badges.unrevokeBadge,
  badges.reissueBadge,
  attendance.getAttendance,
  attendance.getSessionAttendance,
  headCounts.createHeadCount,
  attendance.getLive,
  attendees.listAttendees,
  attendees.exportAttendees,
  attendees.exportAttendance,
  attendance.verifyCounts,
  announcements.createAnnouncement,
  announcements.patchAnnouncement,
  announcements.scheduleAnnouncement,
  announcements.unscheduleAnnouncement,
  announcements.publishAnnouncement,
  announcements.correctAnnouncement,
  announcements.retractAnnouncement,
  announcements.deleteAnnouncement,
  announcements.listEditions,
  previews.createPreview,
  previews.listPreviews,
  previews.revokePreview,
  deliveries.getDeliveries,
  deliveries.replayDelivery,
  deliveries.redriveDeliveries,
  publicAnnouncements.listAnnouncements,
  publicAnnouncements.getAnnouncement,
  publicAnnouncements.getJsonFeed,
  publicAnnouncements.getAtomFeed,
  subscriptions.createSubscription,
  subscriptions.countSubscriptions,
  subscriptions.subscriptionChannels,
  subscriptions.readSubscription,
  subscriptions.changeSubscription,
  subscriptions.endSubscription,
  subscriptions.submitSubscription,
  rooms.getRooms,
  meta.getHealth,
  meta.getSignIn,
  meta.getOpenApi,
] as const satisfies readonly Operation[];

/** What infrastructure deploys: the API, and pages that are rendered for people. */
export const deployedOperations: readonly Operation[] = [
  ...operations,
  pages.announcementsOfAny,
  pages.announcementsPage,
  pages.announcementPage,
  previews.previewPage,
  pages.roomsOfAny,
  pages.roomsPage,
  pages.subscribeForm,
];

export type ApiOperation = (typeof operations)[number];
