interface ScriptUrlPolicy {
  /** A `TrustedScriptURL`; declared as the text that it stands for, because the constructors know no other type. */
  createScriptURL(url: string): string;
}

declare global {
  /** W3C Trusted Types, which the standard library of the compiler does not describe yet. */
  var trustedTypes:
    | {
        createPolicy(
          name: 'enlace-script-url',
          rules: { readonly createScriptURL: (url: string) => string },
        ): ScriptUrlPolicy;
      }
    | undefined;
}

/** The only script addresses that are not in a tag: the worker by its built name, and what keeps files. */
const SCRIPT = /^\/(?:assets\/crypto\.worker-[\w-]{8}|sw)\.js$/;
const SERVICE_WORKER = '/sw.js';

const policy = globalThis.trustedTypes?.createPolicy('enlace-script-url', {
  createScriptURL: (url) => {
    const { origin, pathname, search } = new URL(url, location.origin);
    if (origin !== location.origin || search !== '' || !isOwnScript(pathname)) {
      throw new TypeError('not a script of this client');
    }
    return url;
  },
});

function isOwnScript(pathname: string): boolean {
  return import.meta.env.DEV || SCRIPT.test(pathname);
}

/** Starts a worker from a script of this build. Throws `TypeError` for any other address. */
export function startWorker(url: string): Worker {
  if (!policy) throw new TypeError('no Trusted Types');
  return new Worker(policy.createScriptURL(url), { type: 'module' });
}

/** Has the browser keep what was released. Null where it cannot, or there is no built script. */
export async function startServiceWorker(): Promise<ServiceWorkerRegistration | null> {
  if (!policy || import.meta.env.DEV || !('serviceWorker' in navigator)) return null;
  const script = policy.createScriptURL(SERVICE_WORKER);
  return navigator.serviceWorker.register(script, { updateViaCache: 'none' });
}
