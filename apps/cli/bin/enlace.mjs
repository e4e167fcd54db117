#!/usr/bin/env node
// The `enlace` command. Committed, because npm links a bin only when its file is there at install time, before the
// build. It must run on any Node far enough to hand over to one that is new enough.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CANNOT_RUN = 4;
const OLDEST = { major: 22, minor: 13 };
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const args = process.argv.slice(2);

function refuse(code, message) {
  if (args.includes('--json') === true) {
    process.stdout.write(`${JSON.stringify({ event: 'error', code, message: message.en })}\n`);
  } else {
    process.stderr.write(`enlace: ${message.es}\nenlace: ${message.en}\n`);
  }
  process.exitCode = CANNOT_RUN;
}

async function runHere() {
  const program = new URL('../dist/main.js', import.meta.url);
  if (existsSync(program) === false) {
    refuse('build.missing', {
      es: 'no está compilado: ejecute «npm run build».',
      en: 'not built yet: run "npm run build".',
    });
    return;
  }
  if (process.channel !== undefined) {
    // Started by another Node or a test: when that one is gone, this one stops in order.
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel.unref();
  }
  process.stdout.on('error', (error) => {
    // The reader of the results is gone (`enlace --help | head`); nobody is left to tell.
    if (error.code !== 'EPIPE') throw error;
  });
  const { main } = await import(program.href);
  process.exitCode = await main(args, {
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    environment: process.env,
  });
}

/** Runs this file again on the pinned Node; its end is the end of this process. */
function handOver(node) {
  const self = spawn(node, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of PASSED_ON) {
    process.on(signal, () => self.kill(signal));
  }
  self.on('error', (error) => {
    refuse('runtime.failed', { es: error.message, en: error.message });
  });
  self.on('close', (code, signal) => {
    PASSED_ON.forEach((passedOn) => process.removeAllListeners(passedOn));
    if (signal === null) process.exitCode = code;
    else process.kill(process.pid, signal);
  });
}

const [major, minor] = process.versions.node.split('.').map(Number);
const pinned = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));
if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) {
  await runHere();
} else if (existsSync(pinned) === true && pinned !== process.execPath) {
  handOver(pinned);
} else {
  refuse('runtime.too-old', {
    es: `Node ${process.versions.node} es demasiado antiguo: ejecute «npm ci» o use Node 24.`,
    en: `Node ${process.versions.node} is too old: run "npm ci" or take Node 24.`,
  });
}
