import ts from 'typescript';

import {
  decoratorName,
  importedModule,
  importsName,
  inServer,
  literalText,
  methodCall,
  nodesOf,
  propertyName,
  type StaticRule,
} from './static-rule.js';

const LAUNCHER = 'apps/api/src/platform/embedded/embedded-postgres.ts';
const isFeature = (path: string): boolean =>
  inServer(path) &&
  path.split('/').length > 4 &&
  !path.startsWith('apps/api/src/platform/') &&
  !path.endsWith('.module.ts');

/** SQL put together from pieces: a template with `${}`, or text joined with `+` to what is no literal. */
function isBuiltText(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) return true;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
    return false;
  }
  return [node.left, node.right].some((side) => isBuiltText(side) || literalText(side) === null);
}

/**
 * The expression, or what it was given where it is the name of a variable inside a function of the same file. A
 * constant of the module holds nothing of a request, whatever it is put together from.
 */
function resolveVariable(node: ts.Expression): ts.Expression {
  if (!ts.isIdentifier(node)) return node;
  const declaration = nodesOf(node.getSourceFile())
    .filter(ts.isVariableDeclaration)
    .find(({ name }) => name.getText() === node.text);
  const isOfModule = declaration?.parent.parent.parent.kind === ts.SyntaxKind.SourceFile;
  return isOfModule ? node : (declaration?.initializer ?? node);
}

export const DATABASE_RULES: readonly StaticRule[] = [
  {
    name: 'no-session-wide-setting',
    instead: 'A setting ends with its transaction: set_config(name, value, true), SET LOCAL.',
    appliesTo: inServer,
    breaks: (node) =>
      /set_config\s*\([^)]*,\s*false\s*\)|\bset\s+session\b/iu.test(literalText(node) ?? ''),
    at: 'apps/api/src/platform/database/planted.ts',
    planted: [
      "await tx.query(`select set_config('app.session', $1, false)`, [hash]);",
      "const sql = 'SET SESSION statement_timeout = 5';",
    ],
    innocent: ["await tx.query(`select set_config('app.session', $1, true)`, [hash]);"],
  },
  {
    name: 'no-query-cache',
    instead: 'A cached row outlives the right to see it: ask again.',
    appliesTo: inServer,
    breaks: (node) => propertyName(node) === 'cache',
    at: 'apps/api/src/threads/planted.repository.ts',
    planted: ['tx.find(Thread, { cache: true });', 'const cache = 1; new DataSource({ cache });'],
    innocent: ['register(fastifyStatic, { cacheControl: true });'],
  },
  {
    name: 'no-lazy-or-two-way-relation',
    instead: 'Keep the id; the repository answers the question with one query.',
    appliesTo: inServer,
    breaks: (node) =>
      ['lazy', 'eager'].includes(propertyName(node) ?? '') ||
      ['OneToMany', 'ManyToMany'].includes(decoratorName(node) ?? ''),
    at: 'apps/api/src/threads/thread.entity.ts',
    planted: [
      'class A { @ManyToOne(() => B, { lazy: true }) b!: B; }',
      'class A { @ManyToOne(() => B, { eager: true }) b!: B; }',
      'class A { @OneToMany(() => B, (b) => b.a) bs!: B[]; }',
    ],
    innocent: ["class A { @Column('uuid') threadId!: string; }"],
  },
  {
    name: 'no-built-sql',
    instead: 'Constant SQL with $1 parameters.',
    appliesTo: inServer,
    breaks: (node) => {
      const call = methodCall(node);
      const [sql] = call?.args ?? [];
      return call?.method === 'query' && sql !== undefined && isBuiltText(resolveVariable(sql));
    },
    at: 'apps/api/src/threads/planted.repository.ts',
    planted: [
      'await tx.query(`select * from threads where id = ${id}`);',
      "await tx.query('select * from ' + table);",
      'function remove() { const sql = `delete from ${table}`; return tx.query(sql); }',
    ],
    innocent: [
      'await tx.query(`select id\n from threads where id = $1`, [id]);',
      "await tx.query('select 1 ' + 'from threads');",
      "const SQL = `grant select to ${ROLES.join(', ')}`; function grant() { return tx.query(SQL); }",
    ],
  },
  {
    name: 'no-repository-save',
    instead: 'Write the statement: save() reads first, guesses insert or update, and cascades.',
    appliesTo: inServer,
    breaks: (node) => methodCall(node)?.method === 'save',
    at: 'apps/api/src/threads/planted.repository.ts',
    planted: ['await tx.save(thread);', 'await this.threads.save({ id });'],
    innocent: ['await tx.insert(Thread, { id });'],
  },
  {
    name: 'no-injected-repository',
    instead: 'Repositories take the transaction: another connection has no access context.',
    appliesTo: inServer,
    breaks: (node) =>
      ['InjectRepository', 'InjectEntityManager'].includes(decoratorName(node) ?? '') ||
      importsName(node, /^typeorm$/u, /^(?:Repository|TreeRepository)$/u) ||
      methodCall(node)?.method === 'getRepository',
    at: 'apps/api/src/threads/planted.repository.ts',
    planted: [
      'class A { constructor(@InjectRepository(Thread) private readonly threads: unknown) {} }',
      "import type { Repository } from 'typeorm';",
      'dataSource.getRepository(Thread);',
    ],
    innocent: ["import type { EntityManager } from 'typeorm';"],
  },
  {
    name: 'no-data-source-in-features',
    instead: 'Features get a transaction from platform/database, never the pool.',
    appliesTo: isFeature,
    breaks: (node) =>
      decoratorName(node) === 'InjectDataSource' ||
      importsName(node, /^typeorm$/u, /^DataSource$/u),
    at: 'apps/api/src/threads/planted.repository.ts',
    planted: [
      'class A { constructor(@InjectDataSource() private readonly source: unknown) {} }',
      "import { DataSource } from 'typeorm';",
    ],
    innocent: ["import { Column, Entity } from 'typeorm';"],
  },
];

const PUSH_FRAME = 'apps/api/src/platform/realtime/push-frame.ts';
const SOCKETS = /^(?:io|server|nsp|namespace|socket|client|sockets|broadcast|volatile|local)$/iu;
const MANY_SOCKETS = /^(?:io|server|nsp|namespace|sockets|broadcast|local)$/iu;
const onSockets = (receiver: readonly string[], names: RegExp): boolean =>
  names.test(receiver.at(-1) ?? '');

export const REALTIME_RULES: readonly StaticRule[] = [
  {
    name: 'no-socket-rooms',
    instead: 'Recipients are frozen in the append transaction; push to the list of their sockets.',
    // The one place that names sockets by their ids.
    appliesTo: (path) => inServer(path) && path !== PUSH_FRAME,
    breaks: (node) => {
      const call = methodCall(node);
      if (call === null) return false;
      if (/^(?:socketsJoin|socketsLeave|serverSideEmit)$/u.test(call.method)) return true;
      const rooms = /^(?:join|leave|to|in|except)$/u.test(call.method);
      return rooms && onSockets(call.receiver, SOCKETS);
    },
    at: 'apps/api/src/threads/planted.gateway.ts',
    planted: [
      'void socket.join(threadId);',
      "this.server.to(threadId).emit('entry', entry);",
      'client.leave(threadId);',
      'io.socketsJoin(threadId);',
      "socket.broadcast.to('a').emit('b');",
      "socket.nsp.local.to(ids).emit('entry', entry);",
    ],
    innocent: ["names.join(', ');", "path.join('a', 'b');", "socket.emit('entry', entry);"],
  },
  {
    name: 'no-broadcast',
    instead: 'Nothing goes to everybody: send to the sockets of the recipients.',
    appliesTo: inServer,
    breaks: (node) => {
      const call = methodCall(node);
      const emits = /^(?:emit|emitWithAck|send|write)$/u.test(call?.method ?? '');
      return call !== null && emits && onSockets(call.receiver, MANY_SOCKETS);
    },
    at: 'apps/api/src/threads/planted.gateway.ts',
    planted: ["io.emit('entry');", "this.server.emit('x');", "socket.broadcast.emit('x');"],
    innocent: ["socket.emit('entry', entry);", "this.events.emit('entry');"],
  },
  {
    name: 'no-socket-adapter',
    instead: 'Between nodes travels only a hint, over the bus.',
    appliesTo: inServer,
    breaks: (node) =>
      /^(?:@socket\.io\/|socket\.io-adapter|socket\.io-redis)/u.test(importedModule(node) ?? '') ||
      (methodCall(node)?.method === 'adapter' &&
        onSockets(methodCall(node)?.receiver ?? [], MANY_SOCKETS)) ||
      propertyName(node) === 'adapter',
    at: 'apps/api/src/platform/realtime/planted.ts',
    planted: [
      "import { createAdapter } from '@socket.io/redis-adapter';",
      'io.adapter(redis);',
      'new Server({ adapter: redis });',
    ],
    innocent: ['app.useWebSocketAdapter(new SocketAdapter(app));'],
  },
  {
    name: 'no-connection-state-recovery',
    instead: 'A client pulls by sequence after any gap; the server keeps no packets for it.',
    appliesTo: inServer,
    breaks: (node) => propertyName(node) === 'connectionStateRecovery',
    at: 'apps/api/src/platform/realtime/planted.ts',
    planted: ['new Server({ connectionStateRecovery: {} });'],
    innocent: ["new Server({ transports: ['websocket'] });"],
  },
];

export const PROCESS_RULES: readonly StaticRule[] = [
  {
    name: 'no-child-process-outside-the-launcher',
    instead: 'The server starts no program but its own PostgreSQL.',
    appliesTo: (path) => inServer(path) && path !== LAUNCHER,
    breaks: (node) => /^(?:node:)?(?:child_process|cluster)$/u.test(importedModule(node) ?? ''),
    at: 'apps/api/src/platform/health/planted.ts',
    planted: [
      "import { spawn } from 'node:child_process';",
      "const { exec } = await import('child_process');",
      "process.getBuiltinModule('node:child_process');",
    ],
    innocent: ["import { createHash } from 'node:crypto';"],
  },
];
