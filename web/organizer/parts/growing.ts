import { useEffect, useState } from 'preact/hooks';

/**
 * How many of a long list are drawn: `atOnce` as soon as it is there, the others as the browser finds the time,
 * all on paper.
 */
export const useGrowing = (total: number, atOnce: number): number => {
  const [shown, setShown] = useState(atOnce);
  const isAll = shown >= total;
  useEffect(() => {
    if (isAll) return;
    const timer = setTimeout(() => setShown(shown + atOnce));
    const showAll = () => setShown(total);
    addEventListener('beforeprint', showAll);
    return () => {
      clearTimeout(timer);
      removeEventListener('beforeprint', showAll);
    };
  }, [shown, isAll, total, atOnce]);
  return Math.min(shown, total);
};
