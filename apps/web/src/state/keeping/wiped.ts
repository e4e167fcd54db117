/**
 * Takes away everything that this site keeps in this browser: the stores with their keys, files on their way, what was
 * preferred, and the kept releases, after the script that would fetch them again. No worker of this page may have a
 * store any more; another page that has one is waited for.
 */
export async function wipeBrowser(): Promise<void> {
  for (const script of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await script.unregister();
  }
  for (const { name } of await indexedDB.databases()) {
    if (name !== undefined) await deleteDatabase(name);
  }
  const files = await navigator.storage.getDirectory();
  for await (const name of files.keys()) await files.removeEntry(name, { recursive: true });
  localStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
}

async function deleteDatabase(name: string): Promise<void> {
  const deleting = indexedDB.deleteDatabase(name);
  await new Promise<void>((resolve, reject) => {
    deleting.addEventListener('success', () => resolve());
    deleting.addEventListener('error', () => reject(deleting.error ?? new Error('not deleted')));
  });
}
