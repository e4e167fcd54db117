// Loaded before a server by a test: writes down every place that its process connects to, and every name it asks for.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env['RECORDED_CONNECTS'] ?? '';

/** @param {object} what */
function note(what) {
  appendFileSync(file, `${JSON.stringify(what)}\n`);
}

const { connect } = net.Socket.prototype;
Reflect.set(
  net.Socket.prototype,
  'connect',
  /** @this {net.Socket} @param {any[]} args */
  function (...args) {
    // `net.connect` hands its arguments on as one list.
    const [first, second] = Array.isArray(args[0]) ? args[0] : args;
    const options = typeof first === 'object' ? first : { port: first, host: second };
    const { path = null, host = null, port = null } = options;
    const isPath = typeof port === 'string' && port.startsWith('/');
    note({ connect: path ?? (isPath ? port : `${host ?? 'localhost'}:${port}`) });
    return Reflect.apply(connect, this, args);
  },
);

for (const of of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(of)) {
    const asked = Reflect.get(of, name);
    if (typeof asked !== 'function' || !/^(?:lookup|resolve|reverse)/u.test(name)) continue;
    Reflect.set(
      of,
      name,
      /** @this {unknown} @param {any[]} args */
      function (...args) {
        note({ asks: String(args[0]) });
        return Reflect.apply(asked, this, args);
      },
    );
  }
}

const { createSocket } = dgram;
Reflect.set(
  dgram,
  'createSocket',
  /** @param {any[]} args */
  (...args) => {
    note({ connect: 'udp' });
    return Reflect.apply(createSocket, dgram, args);
  },
);
syncBuiltinESMExports();
note({ connect: 'begins' });
