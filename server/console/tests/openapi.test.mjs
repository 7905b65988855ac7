import assert from 'node:assert/strict';
import test from 'node:test';

import { operations, schemas, typeOf } from '../openapi.js';

const document = {
  paths: {
    '/windows/{id}/recall': {
      parameters: [{ $ref: '#/components/parameters/id' }],
      post: {
        summary: 'Recall',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Recall' } } } },
        responses: { 200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Reply' } } } }, 204: { description: 'nothing' } },
      },
    },
  },
  components: {
    parameters: { id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
    schemas: {
      Reply: { type: 'object', required: ['seq'], properties: { seq: { type: 'integer', format: 'int64', description: 'Sequence' } } },
      Word: { type: 'string', enum: ['a', 'b'] },
    },
  },
};

test('an operation is read with its parameters, body and responses', () => {
  const [one] = operations(document);
  assert.equal(one.method, 'post');
  assert.deepEqual(one.parameters, [{ name: 'id', in: 'path', required: true, type: 'string', description: '' }]);
  assert.deepEqual(one.body, [{ media: 'application/json', type: 'Recall' }]);
  assert.deepEqual(one.responses.map((response) => [response.status, response.contents.length]), [['200', 1], ['204', 0]]);
});

test('schemas list their fields or their type', () => {
  const [reply, word] = schemas(document);
  assert.deepEqual(reply.fields, [{ name: 'seq', type: 'integer(int64)', required: true, description: 'Sequence' }]);
  assert.equal(word.type, '"a" | "b"');
});

test('types are written in one line', () => {
  const cases = [
    [undefined, 'any'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'array', items: { $ref: '#/components/schemas/X' } }, '[X]'],
    [{ oneOf: [{ type: 'null' }, { $ref: '#/components/schemas/X' }] }, 'null | X'],
    [{ allOf: [{ $ref: '#/x/A' }, { type: 'object', properties: { tag: { type: 'string' } } }] }, 'A & { tag: string }'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ *: number }'],
  ];
  for (const [schema, expected] of cases) {
    assert.equal(typeOf(schema), expected);
  }
});

test('an empty or odd document gives an empty page, not a failure', () => {
  assert.deepEqual(operations({}), []);
  assert.deepEqual(schemas({}), []);
  assert.deepEqual(operations({ paths: { '/x': { get: { requestBody: { $ref: '#/nowhere' } } } } })[0].body, []);
});
