import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { DemoPersona } from '@enlace/contracts';
import { Inject, Injectable } from '@nestjs/common';

import type { ServerConfig } from '../platform/config/config.js';
import { errorCode } from '../platform/database/database-errors.js';
import { CONFIG } from '../platform/tokens.js';

const SUFFIX = '.web.json';

/** What `enlace demo` left for the browser. */
@Injectable()
export class DemoPersonas {
  readonly #folder: string;

  constructor(@Inject(CONFIG) { dataDir }: ServerConfig) {
    this.#folder = join(dataDir, 'demo', 'personas');
  }

  /** Everybody, by slug; nobody before the demo is made. */
  async list(): Promise<readonly DemoPersona[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    const files = names.filter((name) => name.endsWith(SUFFIX)).toSorted();
    return Promise.all(
      files.map(async (name) => JSON.parse(await readFile(join(this.#folder, name), 'utf8'))),
    );
  }
}
