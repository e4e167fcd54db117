import { cryptoReady } from '@enlace/e2ee';

import type { WorkerMessage } from '../protocol/messages.js';
import { answerTo } from './dispatch.js';
import { createHandlers } from './handlers.js';

// The one worker of a page: keys, store and network live here, and end with it. It writes nothing to the console.

const say = (message: WorkerMessage): void => postMessage(message);

const find = createHandlers({
  // The store is closed by then; the page shows that another one works with it.
  onTakenOver: () => say({ v: 1, event: 'taken-over' }),
  onPresence: (asked) => say({ v: 1, event: 'presence', ...asked }),
  onNews: (news) => say({ v: 1, event: 'news', news }),
  onKept: () => say({ v: 1, event: 'busy' }),
});

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  void answerTo(data, find).then(say);
});

// Where WebAssembly is refused this never comes, and the page says so after its time-out.
await cryptoReady();
say({ v: 1, event: 'ready' });
