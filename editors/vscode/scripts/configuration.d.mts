/** `contributes.configuration.properties` for a server that describes its settings so. */
export function configuration(schema: { properties: Record<string, object> }): Record<string, object>;
