// The extension's settings: its own, then those of the server's description (a JSON Schema).

const OWN = {
  'massdriver.server.path': {
    type: 'string',
    default: '',
    scope: 'machine',
    markdownDescription:
      'Path of `massdriver-ls`. When empty, the program that comes with the extension is used, else the one on the `PATH`.',
  },
};

/** `contributes.configuration.properties` for the server's settings schema. */
export function configuration(schema) {
  const servers = Object.entries(schema.properties).map(([name, setting]) => [
    `massdriver.${name}`,
    { ...setting, scope: 'window' },
  ]);
  return { ...OWN, ...Object.fromEntries(servers) };
}
