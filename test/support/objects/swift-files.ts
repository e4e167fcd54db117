import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Those of the storage, in the order of their ports; the proxy comes before them and the cache after. */
export const STORING = ['account', 'container', 'object'] as const;

/** One user, as `S3Settings` have it. */
export const KEYS = { accessKeyId: 'enlace:server', secretAccessKey: 'of-a-test' } as const;

/** The files of a store of one disk, its servers on ports that follow each other. */
export async function writeSwiftFiles(folder: string, ports: readonly number[]): Promise<void> {
  await mkdir(join(folder, 'devices', 'disk'), { recursive: true });
  const [proxy = 0, ...others] = ports;
  const files = [
    ['swift.conf', COMMON],
    ['proxy.conf', `${defaults(folder, proxy)}${proxyOf(others.at(-1) ?? 0)}`],
    ...STORING.map((name, at) => [`${name}.conf`, storing(folder, name, others[at] ?? 0)]),
  ];
  for (const [name = '', text = ''] of files) await writeFile(join(folder, name), text);
}

const COMMON = `[swift-hash]
swift_hash_path_suffix = of-a-test
swift_hash_path_prefix = of-a-test
[storage-policy:0]
name = only
default = yes
`;

/** Whoever runs the tests runs the servers. */
export const USER = userInfo().username;

const defaults = (folder: string, port: number) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${USER}
swift_dir = ${folder}
`;

const storing = (folder: string, name: string, port: number) => `${defaults(folder, port)}
devices = ${join(folder, 'devices')}
mount_check = false
[pipeline:main]
pipeline = ${name}-server
[app:${name}-server]
use = egg:swift#${name}
`;

const proxyOf = (cache: number) => `[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cache}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_${KEYS.accessKeyId.replace(':', '_')} = ${KEYS.secretAccessKey} .admin
`;
