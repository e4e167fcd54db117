import { Controller, Get, Module, Query } from '@nestjs/common';

import { Access, NotAudited } from '../../apps/api/src/platform/access/declarations.js';

/** The acts that have begun, by whom they say they are, and an end for each that has not ended, first come first. */
class HeldActs {
  readonly begun: string[] = [];
  private readonly ends: (() => void)[] = [];

  async hold(of: string): Promise<void> {
    this.begun.push(of);
    await new Promise<void>((resolve) => this.ends.push(resolve));
  }

  endOne(): void {
    this.ends.shift()?.();
  }
}

export const heldActs = new HeldActs();

@Controller('test')
class HeldController {
  @Get('held')
  @Access('directory.read')
  @NotAudited('a feature of the tests, in no build')
  async act(@Query('of') of: string): Promise<{ done: true }> {
    await heldActs.hold(of);
    return { done: true };
  }
}

/** An act under a session that lasts until a test ends it, through which tests look at who has to wait for it. */
@Module({ controllers: [HeldController] })
export class HeldFeature {}
