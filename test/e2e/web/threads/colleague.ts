import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PERSONAS } from '@enlace/testing';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../../support/axe.js';
import type { Client, OpenedPage } from '../../../support/browser.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/threads');
const MINUTES_MS = 60_000;
type Said = typeof es;

/** Somebody of the demo at work in a browser of the own. */
export class Colleague {
  readonly page: Page;

  private constructor(
    readonly opened: OpenedPage,
    readonly said: Said,
    readonly name: string,
  ) {
    this.page = opened.page;
  }

  static async enter(client: Client, slug: string, locale: 'es' | 'en'): Promise<Colleague> {
    const said = locale === 'es' ? es : en;
    const name = PERSONAS.find((each) => each.slug === slug)?.name ?? '';
    const { page, watch } = await client.openPage('/', { locale });
    page.setDefaultTimeout(2 * MINUTES_MS);
    const colleague = new Colleague({ page, watch }, said, name);
    await colleague.signIn();
    await page.getByText(said['vouching.chain'].slice(-40)).waitFor();
    return colleague;
  }

  async signIn(): Promise<void> {
    await this.press(this.said['demo.enter'].replace('{name}', this.name));
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  async follow(name: string): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).first().click();
  }

  async heading(name: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  async choose(label: string, option: string | RegExp): Promise<void> {
    const field = this.page.getByLabel(label, { exact: true });
    const value = await field
      .locator('option')
      .filter({ hasText: option })
      .first()
      .getAttribute('value');
    await field.selectOption(value);
  }

  async say(text: string): Promise<void> {
    const field = this.page.getByLabel(this.said['thread.say'], { exact: true });
    await field.fill(text);
    await field.press('Control+Enter');
    await this.sees(text);
  }

  /** Writes while there is no network: what is kept goes out by itself, and once. */
  async sayOffline(text: string): Promise<void> {
    const { page, said } = this;
    this.opened.watch.provoke(/ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    const field = page.getByLabel(said['thread.say'], { exact: true });
    await field.fill(text);
    await field.press('Control+Enter');
    await page.getByText(said['thread.waits']).waitFor();
    await page.getByText(said['thread.line.offline']).waitFor();
    if ((await field.inputValue()) !== '') throw new Error('offered to be sent again');
    await page.context().setOffline(false);
    await this.sees(text);
    await page.getByText(said['thread.waits']).waitFor({ state: 'detached' });
    await this.isConnected();
  }

  /** What is new comes by itself: a proven line to the server stands. */
  async isConnected(): Promise<void> {
    await this.page.getByText(this.said['thread.line.open']).waitFor();
  }

  async sees(text: string): Promise<void> {
    await this.page.locator('.entry-text', { hasText: text }).waitFor();
  }

  /** Sends files with a message; resolves when they stand in the thread. */
  async attach(text: string, ...files: readonly Attached[]): Promise<void> {
    const { page, said } = this;
    const chosen = files.map(({ name, bytes: buffer }) => ({
      name,
      mimeType: 'text/html',
      buffer,
    }));
    await page.getByLabel(said['thread.file.attach'], { exact: true }).setInputFiles(chosen);
    await page.getByLabel(said['thread.say'], { exact: true }).fill(text);
    await this.press(said['thread.send']);
    await this.sees(text);
  }

  /** Fetches a file and has it verified; what the browser saves of it. */
  async save(name: string): Promise<Buffer> {
    const { page, said } = this;
    await this.press(said['thread.file.open'].replace('{name}', name));
    const link = said['thread.file.save'].replace('{name}', name);
    const saving = page.waitForEvent('download');
    await page.getByRole('link', { name: link, exact: true }).click();
    return readFileSync(await (await saving).path());
  }

  async inspect(name: string): Promise<void> {
    const faults = await findScreenFaults(this.page, join(ARTIFACTS, name));
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`);
  }
}

/** A file that somebody chooses. */
export interface Attached {
  readonly name: string;
  readonly bytes: Buffer;
}
