/** Exit code of a server that refuses to start: EX_CONFIG of sysexits(3). */
export const STARTUP_REFUSED_EXIT_CODE = 78;

/**
 * The server must not start. Each reason is one line for the operator: what is wrong and what to do, never a secret.
 * `main` prints the reasons and exits with 78; nothing was changed by then.
 */
export class StartupRefusal extends Error {
  constructor(
    readonly reasons: readonly [string, ...string[]],
    options?: { cause: unknown },
  ) {
    super(reasons.join('\n'), options);
    this.name = 'StartupRefusal';
  }
}
