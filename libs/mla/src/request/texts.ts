import { z } from 'zod';

import { mlaRequest } from './model.js';
import { text } from './scalars.js';

/**
 * Places of the free texts of a request, a star for the item of a list: `/facts/paragraphs/*\/text`. Texts inside
 * lists of
 * texts are not among them. What merges letter by letter where several people write one draft; codes and dates do not.
 */
export function requestTexts(): ReadonlySet<string> {
  const found = new Set<string>();
  collect(mlaRequest, '', found);
  return found;
}

function collect(schema: z.core.$ZodType, place: string, found: Set<string>): void {
  if (schema === text) found.add(place);
  else if (schema instanceof z.ZodOptional) collect(schema.unwrap(), place, found);
  else if (schema instanceof z.ZodArray) {
    if (schema.element !== text) collect(schema.element, `${place}/*`, found);
  } else if (schema instanceof z.ZodObject) {
    for (const [name, inner] of Object.entries<z.core.$ZodType>(schema.shape)) {
      collect(inner, `${place}/${name}`, found);
    }
  }
}
