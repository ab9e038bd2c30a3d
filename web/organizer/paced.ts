import { useEffect, useRef, useState } from 'preact/hooks';

/** A value that changes at most once in so many ms, and is never older than that. */
export const usePaced = <T>(value: T, everyMs: number): T => {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  newest.current = value;
  const isBehind = value !== shown;
  useEffect(() => {
    if (!isBehind) return undefined;
    const timer = setTimeout(() => setShown(newest.current), everyMs);
    return () => clearTimeout(timer);
  }, [isBehind, everyMs]);
  return shown;
};
