import { Injectable } from '@nestjs/common';

/** Where the node stands between ready and gone, and how many acts are under way. */
@Injectable()
export class Lifecycle {
  private draining = false;
  private acts = 0;
  private whenIdle: (() => void) | null = null;

  get isDraining(): boolean {
    return this.draining;
  }

  get actsInFlight(): number {
    return this.acts;
  }

  /** Set once, by the shutdown; readiness and the door read it. */
  drain(): void {
    this.draining = true;
  }

  /** Each act that began ends exactly once, answered or cut off. */
  begin(): void {
    this.acts += 1;
  }

  end(): void {
    this.acts -= 1;
    if (this.acts === 0) this.whenIdle?.();
  }

  /** Waits until no act is under way, at most `timeoutMs`. Returns how many were left. */
  async idle(timeoutMs: number): Promise<number> {
    if (this.acts > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.acts;
  }
}
