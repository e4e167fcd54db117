import { useEffect, useRef } from 'react';

import { hasNavigated } from '../routes.js';

/** The one h1 of a page. Names the document, and takes the focus when the person moved here from another page. */
export function PageHeading({ text }: { text: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} - Enlace`;
  }, [text]);
  useEffect(() => {
    if (hasNavigated()) heading.current?.focus();
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {text}
    </h1>
  );
}
