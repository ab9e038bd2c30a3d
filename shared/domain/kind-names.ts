import type { AnnouncementKind } from './announcement.ts';

/** What an announcement of a kind is called, on pages and in mails. */
export const kindNames = {
  en: {
    report: 'Report',
    achievement: 'Achievement',
    initiative: 'Initiative',
    project: 'Project',
    award: 'Award',
    notice: 'Notice',
  },
  zh: {
    report: '报告',
    achievement: '成果',
    initiative: '倡议',
    project: '项目',
    award: '奖项',
    notice: '通知',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<AnnouncementKind, string>>>>;
