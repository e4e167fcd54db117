/** What a verb of somebody answered, of one that did what it was asked. */
type Done = (slug: string, ...args: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** A thread of Rosa with Omar of another State, both its stewards, in which he said something. Resolves with its id. */
export async function openThreadOfTwo(done: Done, text: string): Promise<string> {
  const people = new Map<string, string>();
  for (const slug of ['cr-rosa', 'pa-omar']) {
    await done(slug, 'device', 'sign-in');
    people.set(slug, (await done(slug, 'whoami'))['personId'] ?? '');
  }
  const codes = ['--type', 'migrant-smuggling', '--legal-basis', 'UNTOC-18', '--with', 'PA'];
  const { caseId = '' } = await done('cr-rosa', 'case', 'create', ...codes);
  const about = ['--title', 'Frontera', '--purpose', 'investigation'];
  const { threadId = '' } = await done('cr-rosa', 'thread', 'open', '--case', caseId, ...about);
  const who = ['--person', people.get('pa-omar') ?? '', '--role', 'steward'];
  await done('cr-rosa', 'thread', 'invite', threadId, ...who);
  await done('pa-omar', 'thread', 'join', threadId);
  await done('pa-omar', 'thread', 'send', threadId, '--text', text);
  return threadId;
}
