import { createRoot } from 'react-dom/client';

import { App } from './app.js';
import { isBrowserSupported } from './state/browser-support.js';
import { showLooks } from './state/preferences/preferences.js';

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no #root');

showLooks();
if (isBrowserSupported()) createRoot(container).render(<App />);
else container.dataset.unsupported = 'true'; // shows the static notice of index.html at once
