export const badgeCategories = ['delegate', 'speaker', 'vip', 'press', 'staff', 'exhibitor'] as const;
export type BadgeCategory = (typeof badgeCategories)[number];

export const isBadgeCategory = (text: string): text is BadgeCategory =>
  badgeCategories.some((category) => category === text);
