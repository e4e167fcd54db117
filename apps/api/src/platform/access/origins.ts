import { Inject, Injectable } from '@nestjs/common';

import type { ServerConfig } from '../config/config.js';
import { isLoopbackUrl } from '../config/loopback.js';
import { CONFIG } from '../tokens.js';

/** The origins whose pages may call the server. */
@Injectable()
export class Origins {
  private publicOrigin: string | null;

  constructor(@Inject(CONFIG) private readonly config: ServerConfig) {
    this.publicOrigin = config.publicOrigin;
  }

  /** Told once by the server when it listens; a configured public origin stays. */
  listeningAt(url: string): void {
    this.publicOrigin ??= url;
  }

  /** The origin that signatures of clients name. A fault before the server listens: nobody could have called it. */
  get own(): string {
    if (this.publicOrigin === null) throw new Error('the server does not listen yet');
    return this.publicOrigin;
  }

  /**
   * Whether a `Host` header names this server. A server on loopback has no certificate that tells it from a page whose
   * name a resolver points at this machine, so it answers to the names of loopback alone; elsewhere TLS does that.
   */
  isOwnHost(host: string | undefined): boolean {
    if (this.publicOrigin !== null && !isLoopbackUrl(this.publicOrigin)) return true;
    const url = `http://${host ?? ''}`;
    return URL.canParse(url) && isLoopbackUrl(url);
  }

  /** Compares exactly (RFC 6454, section 6.2); `null` and every prefix or subdomain are strangers. */
  isClient(origin: string): boolean {
    if (this.config.clientOrigins !== null) return this.config.clientOrigins.includes(origin);
    return origin === this.publicOrigin;
  }
}
