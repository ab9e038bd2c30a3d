/** A word of an event: an id that stands in codes and rules, and how people call it. */
export interface Word {
  readonly id: string;
  readonly title: Readonly<Record<string, string>>;
}
export interface Category extends Word {
  /** `#rrggbb`, for badges and screens. */
  readonly colour?: string | undefined;
}

/** Without dots: it stands in badge codes between dots. */
export const wordPattern = /^[a-z][a-z0-9-]{0,31}$/;

/** Of an event that declares none, in their order. */
export const defaultCategories = [
  { id: 'delegate', title: { en: 'Delegate', zh: '代表' } },
  { id: 'speaker', title: { en: 'Speaker', zh: '演讲嘉宾' } },
  { id: 'vip', title: { en: 'VIP', zh: '贵宾' } },
  { id: 'press', title: { en: 'Press', zh: '媒体' } },
  { id: 'staff', title: { en: 'Staff', zh: '工作人员' } },
  { id: 'exhibitor', title: { en: 'Exhibitor', zh: '参展商' } },
] as const satisfies readonly Category[];

/** Of an event that declares none. Who is in a session of kind `entrance` is at its venue. */
export const defaultKinds = [
  { id: 'ceremony', title: { en: 'Ceremony', zh: '仪式' } },
  { id: 'forum', title: { en: 'Forum', zh: '论坛' } },
  { id: 'seminar', title: { en: 'Seminar', zh: '研讨会' } },
  { id: 'activity', title: { en: 'Activity', zh: '活动' } },
  { id: 'exhibition', title: { en: 'Exhibition', zh: '展览' } },
  { id: 'entrance', title: { en: 'Entrance', zh: '入口' } },
] as const satisfies readonly Word[];

/** Of an event that declares none. */
export const defaultWords = () => ({
  categories: [...defaultCategories],
  kinds: [...defaultKinds],
});

/** The kind of a session that says none: a forum, or the first that the event has. */
export const usualKind = (kinds: readonly Pick<Word, 'id'>[]): string =>
  kinds.find(({ id }) => id === 'forum')?.id ?? kinds[0]?.id ?? 'forum';
