import { Injectable } from '@nestjs/common';

/** Whether the node is going away. Set once, by the shutdown; read by readiness and by the door. */
@Injectable()
export class Lifecycle {
  private draining = false;

  get isDraining(): boolean {
    return this.draining;
  }

  drain(): void {
    this.draining = true;
  }
}
