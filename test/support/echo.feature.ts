import { Body, Controller, Get, HttpCode, Module, Post, Query } from '@nestjs/common';
import { SubscribeMessage } from '@nestjs/websockets';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';

import { NotAudited, Public } from '../../apps/api/src/platform/access/declarations.js';
import { SocketBody, SocketDoor } from '../../apps/api/src/platform/realtime/socket-door.js';

const REASON = 'a feature of the tests, in no build';

class EchoRequest {
  @IsString()
  @MaxLength(60_000)
  readonly text: string;

  @IsInt()
  @Min(0)
  @Max(1_000)
  readonly count: number;
}

@Controller('test')
class EchoController {
  @Post('echo')
  @HttpCode(200)
  @Public()
  @NotAudited(REASON)
  echo(@Body() body: EchoRequest): EchoRequest {
    return body;
  }

  @Get('fault')
  @Public()
  @NotAudited(REASON)
  fault(@Query('secret') secret: string): never {
    throw new Error(`a fault that repeats ${secret}`);
  }

  @Get('slow')
  @Public()
  @NotAudited(REASON)
  async slow(@Query('ms') ms: string): Promise<{ done: true }> {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return { done: true };
  }
}

@SocketDoor()
class EchoGateway {
  @SubscribeMessage('test.echo')
  @Public()
  @NotAudited(REASON)
  echo(@SocketBody() body: EchoRequest): EchoRequest {
    return body;
  }

  @SubscribeMessage('test.fault')
  @Public()
  @NotAudited(REASON)
  fault(@SocketBody() body: EchoRequest): never {
    throw new Error(`a fault that repeats ${body.text}`);
  }

  @SubscribeMessage('test.never')
  @Public()
  @NotAudited(REASON)
  async never(): Promise<void> {
    await new Promise(() => {
      // an act that never ends
    });
  }
}

/** Routes and events through which tests and benches look at the door. */
@Module({ controllers: [EchoController], providers: [EchoGateway] })
export class EchoFeature {}
