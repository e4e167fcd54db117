import type { Colleague } from '../threads/colleague.js';

/** Opens the first case of somebody from the list. */
export async function openCase(by: Colleague): Promise<void> {
  const { said, page } = by;
  await by.follow(said['frame.cases']);
  await by.heading(said['cases.title']);
  await page
    .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`) })
    .first()
    .click();
  await by.heading(said['case.title']);
}
