import type { Page } from 'playwright-core';

declare global {
  /** Bound by the watch; the page calls it for every violation. */
  var reportViolation: (violation: string) => void;
}

/**
 * Collects everything that a sound page never does: policy violations, console errors and warnings, errors nobody
 * caught, failed requests, answers of 400 and more, and requests to another origin.
 */
export class PageWatch {
  private readonly problems: string[] = [];
  private readonly provoked: RegExp[] = [];
  private readonly tolerated: RegExp[] = [];

  private constructor(
    private readonly page: Page,
    private readonly origin: string,
  ) {}

  static async on(page: Page, origin: string): Promise<PageWatch> {
    const watch = new PageWatch(page, origin);
    await page.exposeBinding('reportViolation', (_source, violation: string) => {
      watch.problems.push(`policy: ${violation}`);
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    watch.listen();
    return watch;
  }

  /** Declares that the test provokes such problems itself; one that then stays away fails the test too. */
  provoke(...patterns: readonly RegExp[]): void {
    this.provoked.push(...patterns);
  }

  /** Declares that such problems may come or stay away: which one, the moment decides. */
  tolerate(...patterns: readonly RegExp[]): void {
    this.tolerated.push(...patterns);
  }

  /** Waits for the violations that the page has met and not reported yet: it reports each in a task of its own. */
  async settle(): Promise<void> {
    await this.page.evaluate(
      async () =>
        new Promise((resolve) => {
          setTimeout(resolve, 0);
        }),
    );
  }

  /** What is wrong with the page: problems nobody provoked, and provoked ones that did not come. */
  findings(): readonly string[] {
    const unexpected = this.problems.filter(
      (problem) => ![...this.provoked, ...this.tolerated].some((pattern) => pattern.test(problem)),
    );
    const missing = this.provoked
      .filter((pattern) => !this.problems.some((problem) => pattern.test(problem)))
      .map((pattern) => `did not happen: ${String(pattern)}`);
    return [...unexpected, ...missing];
  }

  private listen(): void {
    const { page } = this;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // Given up by the browser because the page was left or loaded again; a refused or broken one has another reason.
      if (reason !== 'net::ERR_ABORTED') this.problems.push(`failed: ${request.url()} ${reason}`);
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== this.origin) {
        this.problems.push(`left the origin: ${request.url()}`);
      }
    });
    page.on('response', (response) => {
      if (response.status() >= 400) {
        this.problems.push(`answered ${response.status()}: ${response.url()}`);
      }
    });
  }
}
