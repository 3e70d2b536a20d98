import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { readCatalogue } from '../catalogue/catalogue.ts';
import { projectRoot } from '../shared/project-root.ts';
import { families, kinds, observables, stages } from '../contract.ts';
import { manifestOf } from './list-programs.ts';

interface Schema {
  readonly $defs: {
    readonly program: { readonly properties: Readonly<Record<string, object>> };
    readonly stage: object;
    readonly pattern: { readonly properties: Readonly<Record<string, object>> };
  };
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.schema.json'), 'utf8')) as Schema;
const validate = new Ajv2020({ allErrors: true }).compile(schema);
const catalogue = await readCatalogue(projectRoot);
const manifest = manifestOf(catalogue, catalogue.programs);

test('the manifest of the catalogue is as its schema says', () => {
  validate(manifest);
  expect(validate.errors).toBeNull();
});

test('the schema has the words of the contract', () => {
  const { program, pattern, stage } = schema.$defs;
  expect(program.properties['family']).toEqual({ enum: families });
  expect(program.properties['markers']).toMatchObject({ items: { properties: { kind: { enum: kinds } } } });
  expect(pattern.properties['grows']).toMatchObject({ items: { enum: observables } });
  expect(stage).toMatchObject({ enum: stages });
});

test('a program that lacks a part, or has one of another type, is refused', () => {
  const places = manifest.programs.flatMap((program, index) =>
    // a fix may be without a stage: its pattern has it
    Object.keys(program)
      .filter((key) => key !== 'stage' || program.role === 'pattern')
      .map((key) => ({ index, key })),
  );
  assert(
    property(constantFrom(...places), constantFrom(undefined, 7, null), ({ index, key }, value) => {
      const programs = manifest.programs.map((program, at) =>
        at === index ? { ...program, [key]: value } : program,
      );
      const isValid = validate(JSON.parse(JSON.stringify({ ...manifest, programs })));
      expect(isValid, `${index} ${key} ${String(value)}`).toBe(false);
    }),
  );
});
