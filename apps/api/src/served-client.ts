import type { INestApplicationContext } from '@nestjs/common';

import type { ServerConfig } from './platform/config/config.js';
import { FOR_TESTS_ONLY_OPEN_GATE } from './platform/web-client/release-gate.js';
import type { ServedClient } from './platform/web-client/serve-web-client.js';
import { loadWebClient, withTrustStore, type WebClient } from './platform/web-client/web-client.js';
import { ReleasedClient } from './releases/released-client.service.js';

/** `null` for a server that answers for the API alone. Throws `StartupRefusal` for a build that is not whole. */
export async function loadClient(
  webRoot: string | undefined,
  config: ServerConfig,
): Promise<WebClient | null> {
  return webRoot === undefined ? null : loadWebClient(webRoot, config);
}

/** The client with the trust store beside it, behind the gate of its release. */
export async function behindGate(
  app: INestApplicationContext,
  client: WebClient | null,
  { text, isUnreleased = false }: { readonly text: string | null; readonly isUnreleased?: boolean },
): Promise<ServedClient | null> {
  if (client === null) return null;
  const released = app.get(ReleasedClient, { strict: false });
  if (!isUnreleased) await released.watch(client.manifestHash);
  const gate = isUnreleased ? FOR_TESTS_ONLY_OPEN_GATE : released;
  return { client: withTrustStore(client, text), gate };
}
