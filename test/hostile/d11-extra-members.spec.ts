import { describe, expect, it } from '@jest/globals';
import * as forms from '@enlace/contracts/dto';
import type { Type } from '@nestjs/common';

import { createValidationPipe } from '../../apps/api/src/platform/problem/validation.js';

const EXTRA = ['role', 'roles', 'state', 'createdAt', 'isAdmin', 'personId'];

const classes = Object.entries(forms).filter(
  (entry): entry is [string, Type] => typeof entry[1] === 'function',
);

describe('D11: members that a form does not have', () => {
  it('are refused by every form that a client can fill in', async () => {
    expect(classes.length).toBeGreaterThan(10);
    const pipe = createValidationPipe();
    for (const [name, metatype] of classes) {
      for (const member of EXTRA) {
        const body = JSON.parse(`{"${member}":"registrar"}`);
        const refused = pipe.transform(body, { type: 'body', metatype }).then(
          () => [name, 'accepted'],
          (error: { errors: readonly { pointer: string; code: string }[] }) =>
            error.errors.some(
              ({ pointer, code }) => pointer === `/${member}` && code === 'whitelistValidation',
            )
              ? 'refused'
              : [name, error.errors],
        );
        expect(await refused).toBe('refused');
      }
    }
  });
});
