import { Body, Param, Query } from '@nestjs/common';
import { MessageBody } from '@nestjs/websockets';
import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage, IsString } from 'class-validator';

import { filesBelow, readText, ROOT } from '../house.js';
import { decoratorName, nodesOf, parse } from './static-rule.js';

type Constructor = abstract new (...args: never[]) => unknown;

/** Where Nest keeps the decorated parameters of a handler: `<kind>:<index>`, or for a gateway the same numbers. */
const ARGUMENTS = '__routeArguments__';
/** Kinds of parameters that carry what a client sent (RouteParamtypes body, query, param; WsParamtype payload). */
const FROM_A_CLIENT = new Set(['3', '4', '5']);
const DECORATORS = new Set(['Body', 'Query', 'Param', 'MessageBody', 'SocketBody']);

interface ClientParameter {
  readonly at: string;
  readonly type: unknown;
}

function clientParameters(handlerClass: Constructor): readonly ClientParameter[] {
  const prototype: object = handlerClass.prototype;
  return Object.getOwnPropertyNames(prototype).flatMap((method) => {
    const routed: object =
      Reflect.getMetadata(ARGUMENTS, handlerClass, method) ??
      Reflect.getMetadata(ARGUMENTS, prototype, method) ??
      {};
    const types: unknown[] = Reflect.getMetadata('design:paramtypes', prototype, method) ?? [];
    return Object.keys(routed)
      .map((key) => key.split(':'))
      .filter(([kind]) => FROM_A_CLIENT.has(kind ?? ''))
      .map(([, index]) => ({
        at: `${handlerClass.name}.${method} (${index})`,
        type: types[Number(index)],
      }));
  });
}

/** Whether the type of the parameter is a class with at least one rule of class-validator. */
function isValidated({ type }: ClientParameter): boolean {
  if (typeof type !== 'function') return false;
  return getMetadataStorage().getTargetValidationMetadatas(type, '', false, false).length > 0;
}

const doors = filesBelow('apps/api/src').filter((path) =>
  /\.(?:controller|gateway)\.ts$/u.test(path),
);

async function handlerClasses(): Promise<readonly Constructor[]> {
  const modules: object[] = [];
  // One by one: Jest links no module twice at once that something below it waits for (libsodium).
  for (const path of doors) modules.push(await import(`${ROOT}/${path}`));
  return modules
    .flatMap((module): unknown[] => Object.values(module))
    .filter((value): value is Constructor => typeof value === 'function');
}

describe('what a client sends', () => {
  it('reaches every handler as a class whose rules are checked', async () => {
    const parameters = (await handlerClasses()).flatMap(clientParameters);
    expect(parameters.filter((parameter) => !isValidated(parameter))).toEqual([]);
    const written = filesBelow('apps/api/src')
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .flatMap((path) => nodesOf(parse(path, readText(path))))
      .filter((node) => DECORATORS.has(decoratorName(node) ?? ''));
    // As many as the decorators in the text: none lies outside the files of the door.
    expect(parameters).toHaveLength(written.length);
    expect(doors.length).toBeGreaterThan(1);
  });

  it('is not let through as text, interface or class without rules', () => {
    class WithoutRules {
      name = '';
    }
    class WithRules {
      @IsString() name = '';
    }
    class PlantedController {
      text(@Body() body: string): unknown {
        return body;
      }
      shape(@Query() query: { name: string }): unknown {
        return query;
      }
      bare(@Param() params: WithoutRules): unknown {
        return params;
      }
      event(@MessageBody() payload: unknown): unknown {
        return payload;
      }
      checked(@Body() body: WithRules): unknown {
        return body;
      }
    }
    const parameters = clientParameters(PlantedController);
    expect(parameters.filter(isValidated).map(({ at }) => at)).toEqual([
      'PlantedController.checked (0)',
    ]);
    expect(parameters).toHaveLength(5);
  });
});
