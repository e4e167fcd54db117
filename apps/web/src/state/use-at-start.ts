import { useEffect } from 'react';

/** Does something once, when its component stands; what it reads is changed by acts, which answer with the next. */
export function useAtStart(begin: () => void): void {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, whatever becomes of the function
  useEffect(begin, []);
}
