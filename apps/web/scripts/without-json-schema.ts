import type { Plugin } from 'vite';

const SCHEMAS = /\/zod\/v4\/classic\/schemas\.js$/;
const DESCRIBING = /^ *inst\._zod\.processJSONSchema = .*;\n/gm;
const MAKERS =
  /^import \{ createStandardJSONSchemaMethod, createToJSONSchemaMethod \} from "[^"]+";\n/m;

/**
 * Leaves out of the worker how zod describes a schema as JSON Schema: nobody asks it to, and it is a fiftieth of what
 * the worker starts with. A zod that is written otherwise fails the build.
 */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'enlace-without-json-schema',
    enforce: 'pre',
    transform: (code, id) => {
      if (!SCHEMAS.test(id)) return null;
      const left = code
        .replaceAll(DESCRIBING, '')
        .replace(MAKERS, 'const createStandardJSONSchemaMethod = () => undefined;\n')
        .replace('return createToJSONSchemaMethod(this, {})(params);', 'return undefined;');
      if (/processors\.\w+Processor|createToJSONSchemaMethod/.test(left)) {
        throw new Error('zod describes schemas in another way than this build knows');
      }
      return { code: left, map: null };
    },
  };
}
