import type { ComponentType } from 'preact';
import { Missing } from './parts/missing.tsx';
import { Wall } from './parts/wall.tsx';
import type { ViewProps } from './router.ts';

type View = ComponentType<ViewProps>;

/** By the first part of the path; but for the wall each brings its scripts when it is asked for. */
const views = {
  wall: async () => Wall,
  missing: async () => Missing,
  rooms: async () => (await import('./parts/room.tsx')).Room,
  doors: async () => (await import('./parts/doors.tsx')).Doors,
  people: async () => (await import('./parts/people.tsx')).People,
  print: async () => (await import('./parts/print.tsx')).Print,
  import: async () => (await import('./import/import.tsx')).Import,
  event: async () => (await import('./parts/event.tsx')).Event,
  announcements: async () => (await import('./parts/announcements.tsx')).Announcements,
} satisfies Readonly<Record<string, () => Promise<View>>>;
export type ViewName = keyof typeof views;

const isView = (name: string): name is ViewName => Object.hasOwn(views, name);

/** @param name the first part of the path; none is the wall */
export const viewNamed = (name: string): ViewName => {
  if (name === '') return 'wall';
  return isView(name) ? name : 'missing';
};

const atHand = new Map<ViewName, View>([['wall', Wall]]);

/** A view whose scripts have come. */
export const viewAtHand = (name: ViewName): View | undefined => atHand.get(name);

/** @returns when the view is at hand */
export const loadView = async (name: ViewName): Promise<true> => {
  atHand.set(name, await views[name]());
  return true;
};
