import { join } from 'node:path';

import { DEMO_FOLDER } from '../server/demo-folder.js';
import { AUTHORITIES } from './people/cast.js';

/** Where the private keys of the demo lie: below `<data>/demo`, and nowhere else. */
export class DemoLayout {
  readonly folder: string;

  constructor(readonly data: string) {
    this.folder = join(data, DEMO_FOLDER);
  }

  /** The root of a State: its key, and the statement that presents it. */
  root(state: string): string {
    return join(this.folder, 'roots', state.toLowerCase());
  }

  /** What signs releases of the browser client. */
  get releaseKey(): string {
    return join(this.folder, 'release', 'release.key');
  }

  /** What the witness of a State keeps. */
  witness(state: string): string {
    return join(this.folder, 'witnesses', state.toLowerCase());
  }

  /** The home of somebody: registrars keep the key they certify others with beside it. */
  home(slug: string): string {
    const isRegistrar = AUTHORITIES.some(({ registrars }) =>
      registrars.some((registrar) => registrar.slug === slug),
    );
    return join(this.folder, isRegistrar ? 'registrars' : 'personas', slug);
  }

  /** What opens the vault of somebody whose home is gone; a person would have it on paper. */
  recoveryCode(slug: string): string {
    return `${this.home(slug)}.recovery-code`;
  }

  /** The device of a persona for the browser; the server hands it out in demo mode. */
  webBundle(slug: string): string {
    return join(this.personas, `${slug}.web.json`);
  }

  get personas(): string {
    return join(this.folder, 'personas');
  }

  get sheet(): string {
    return join(this.personas, 'README');
  }

  /** Written last: with it the demo is whole, without it nothing of it was ever shown to anybody. */
  get record(): string {
    return join(this.folder, 'demo.json');
  }

  /** Where the server looks for it. */
  get trustStore(): string {
    return join(this.data, 'trust-store.json');
  }
}
