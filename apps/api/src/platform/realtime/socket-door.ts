import { applyDecorators, UseFilters } from '@nestjs/common';
import { MessageBody, WebSocketGateway } from '@nestjs/websockets';

import { ProblemFilter } from '../problem/problem.filter.js';

/**
 * The one decorator of gateways. Global pipes and interceptors reach their handlers, a global filter does not:
 * without its own, a gateway would fall back to one that never acknowledges and sends the payload back.
 */
export const SocketDoor = (): ClassDecorator =>
  applyDecorators(WebSocketGateway(), UseFilters(ProblemFilter));

/** The body of an event, its second argument; the first is the request proof. */
export const SocketBody = (): ParameterDecorator => MessageBody('1');
