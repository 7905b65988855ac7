// Reads an OpenAPI 3 document into plain lines for a page. Pure.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** How deep a type is written out before it is cut. */
const DEPTH_MAX = 4;

/** Every operation: `{ method, path, summary, description, parameters, body, responses }`, in the order of the document. */
export function operations(document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(document, path, method, item)));
}

function operation(document, path, method, item) {
  const own = item[method];
  const parameters = [...(item.parameters ?? []), ...(own.parameters ?? [])].map((one) => deref(document, one));
  return {
    method,
    path,
    summary: own.summary ?? '',
    description: own.description ?? '',
    parameters: parameters.map((one) => ({
      name: one.name, in: one.in, required: one.required === true, type: typeOf(one.schema), description: one.description ?? '',
    })),
    body: contents(deref(document, own.requestBody)),
    responses: Object.entries(own.responses ?? {}).map(([status, response]) => {
      const found = deref(document, response);
      return { status, description: found.description ?? '', contents: contents(found) };
    }),
  };
}

/** What a reference points to; anything else is itself. Only within the document. */
function deref(document, value) {
  if (typeof value?.$ref !== 'string') {
    return value ?? {};
  }
  const path = value.$ref.replace(/^#\//, '').split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path.reduce((found, part) => found?.[part], document) ?? {};
}

function contents(value) {
  return Object.entries(value?.content ?? {}).map(([media, content]) => ({ media, type: typeOf(content.schema) }));
}

/** A schema in one line, such as `string`, `[TicketLine]`, `string | null`, `"done" | "pending"`. */
export function typeOf(schema, depth = 0) {
  if (!schema || depth > DEPTH_MAX) {
    return schema ? '…' : 'any';
  }
  if (schema.$ref) {
    return nameOf(schema.$ref);
  }
  if (schema.enum) {
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    return choices.map((choice) => typeOf(choice, depth + 1)).join(' | ');
  }
  if (schema.allOf) {
    return schema.allOf.map((part) => typeOf(part, depth + 1)).join(' & ');
  }
  return plainType(schema, depth);
}

function plainType(schema, depth) {
  const types = [schema.type ?? 'object'].flat();
  return types.map((type) => {
    if (type === 'array') {
      return `[${typeOf(schema.items, depth + 1)}]`;
    }
    if (type === 'object' && schema.properties) {
      const inside = Object.entries(schema.properties).map(([name, property]) => `${name}: ${typeOf(property, depth + 1)}`);
      return `{ ${inside.join(', ')} }`;
    }
    if (type === 'object' && typeof schema.additionalProperties === 'object') {
      return `{ *: ${typeOf(schema.additionalProperties, depth + 1)} }`;
    }
    return schema.format ? `${type}(${schema.format})` : type;
  }).join(' | ');
}

/** The schema's name at the end of a reference. */
export function nameOf(reference) {
  return reference.split('/').at(-1);
}

/** Every schema: `{ name, description, type, fields }`; `fields` are `{ name, type, required, description }`. */
export function schemas(document) {
  return Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => ({
    name,
    description: schema.description ?? '',
    type: schema.properties ? '' : typeOf(schema),
    fields: Object.entries(schema.properties ?? {}).map(([field, property]) => ({
      name: field, type: typeOf(property), required: (schema.required ?? []).includes(field), description: property.description ?? '',
    })),
  }));
}
