import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Words } from '../../words/en/scan.ts';
import type { Scanner } from '../app/scanner.ts';
import type { ScanState } from '../app/state.ts';

/** What every part of the page sees. */
export interface Page {
  readonly state: ScanState;
  readonly scanner: Scanner;
  readonly words: Words;
  readonly language: 'en' | 'zh';
}

const context = createContext<Page | null>(null);
export const PageProvider = context.Provider;

export const usePage = (): Page => {
  const page = useContext(context);
  if (!page) throw new Error('a part of the page stands outside of it');
  return page;
};
