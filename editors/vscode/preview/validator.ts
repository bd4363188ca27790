// The form's validator. The usual one compiles schemas to code, which the page's content security policy forbids; this one
// reads them (draft-07).

import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { createErrorHandler, toErrorSchema, unwrapErrorHandler, validationDataMerge, type RJSFSchema, type RJSFValidationError, type ValidatorType } from '@rjsf/utils';

/** Keywords whose errors only say that something inside is invalid. */
const OUTER = new Set(['properties', 'items', 'allOf', '$ref', 'if', 'patternProperties', 'additionalItems', 'propertyNames']);
const compiled = new WeakMap<object, Validator>();

function validatorFor(schema: RJSFSchema, root: RJSFSchema): Validator {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const definitions = root.definitions === undefined || schema.definitions !== undefined ? {} : { definitions: root.definitions };
  const made = new Validator({ ...definitions, ...schema } as Schema, '7', false);
  compiled.set(schema, made);
  return made;
}

/** The errors of the values, one per cause. */
export function errorsOf(schema: RJSFSchema, values: unknown): RJSFValidationError[] {
  const { errors } = validatorFor(schema, schema).validate(plain(values));
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  const inChoice = ({ keywordLocation }: OutputUnit) => choices.some((choice) => keywordLocation.startsWith(`${choice.keywordLocation}/`));
  const isOuter = ({ keyword, keywordLocation }: OutputUnit) =>
    OUTER.has(keyword) || (keyword === 'additionalProperties' && errors.some((other) => other.keywordLocation.startsWith(`${keywordLocation}/`)));
  return errors.filter((error) => !inChoice(error) && !isOuter(error)).map((error) => asFormError(error, schema));
}

/** The values without members that are `undefined`, which JSON does not have. */
function plain(values: unknown): unknown {
  return values === undefined ? undefined : JSON.parse(JSON.stringify(values));
}

function asFormError({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, schema: RJSFSchema): RJSFValidationError {
  const within = path(keywordLocation);
  const owner = at(schema, within.slice(0, -1));
  const missing = keyword === 'required' ? /"(.*)"/.exec(error)?.[1] : undefined;
  const place = [...path(instanceLocation), ...(missing === undefined ? [] : [missing])];
  const own = messageOf(missing === undefined ? owner : (at(schema, [...within.slice(0, -1), 'properties', missing]) ?? owner), keyword);
  const message = own ?? words(keyword, at(schema, within)) ?? error;
  return { name: keyword, message, property: place.map((step) => `.${step}`).join(''), stack: message, schemaPath: keywordLocation, params: {} };
}

function path(location: string): string[] {
  return location.split('/').slice(1).map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(schema: unknown, steps: string[]): unknown {
  return steps.reduce<unknown>((found, step) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[step] : undefined), schema);
}

/** The bundle's own error text for a constraint. */
function messageOf(owner: unknown, keyword: string): string | undefined {
  const own = at(owner, ['message', keyword]);
  return typeof own === 'string' ? own : undefined;
}

function words(keyword: string, limit: unknown): string | undefined {
  const n = String(limit);
  switch (keyword) {
    case 'required': return 'is required';
    case 'type': return `must be of type ${Array.isArray(limit) ? limit.join(' or ') : n}`;
    case 'enum': return 'must be one of the allowed values';
    case 'const': return `must be ${JSON.stringify(limit)}`;
    case 'minimum': return `must be at least ${n}`;
    case 'maximum': return `must be at most ${n}`;
    case 'exclusiveMinimum': return `must be more than ${n}`;
    case 'exclusiveMaximum': return `must be less than ${n}`;
    case 'multipleOf': return `must be a multiple of ${n}`;
    case 'minLength': return `must have at least ${n} characters`;
    case 'maxLength': return `must have at most ${n} characters`;
    case 'pattern': return `must match ${n}`;
    case 'format': return `must be of format ${n}`;
    case 'minItems': return `must have at least ${n} items`;
    case 'maxItems': return `must have at most ${n} items`;
    case 'uniqueItems': return 'must not have the same item twice';
    case 'oneOf': case 'anyOf': return 'must be one of the choices';
    default: return undefined;
  }
}

/** The validator's interface for the form. */
export const validator: ValidatorType = {
  isValid(schema, values, root) {
    try {
      return validatorFor(schema, root).validate(plain(values)).valid;
    } catch {
      return false;
    }
  },
  rawValidation: (schema, values) => ({ errors: errorsOf(schema, values) as never[] }),
  validateFormData(values, schema, customValidate, transformErrors, uiSchema) {
    let errors: RJSFValidationError[];
    try {
      errors = errorsOf(schema, values);
    } catch (error) {
      errors = [{ name: 'schema', stack: `The schema cannot be checked: ${String(error)}` }];
    }
    if (transformErrors) errors = transformErrors(errors, uiSchema);
    const found = { errors, errorSchema: toErrorSchema(errors) };
    if (!customValidate) return found;
    const handled = customValidate(values, createErrorHandler(values), uiSchema, found.errorSchema);
    return validationDataMerge(found, unwrapErrorHandler(handled));
  },
};
