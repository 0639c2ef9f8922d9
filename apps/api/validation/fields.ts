import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { JsonObject } from '#libs/kernel';
import type { ProblemCode } from '../problem/statuses.js';

/*
 * The words that request bodies are described in. Each says a rule once, for the validator and for the OpenAPI document,
 * and gives the stable code that a breach is answered with.
 */

interface FieldOptions {
  /** what it is, for the OpenAPI document */
  about: string;
  optional?: boolean;
  example?: unknown;
}

/** What a failed check is called: read back by validate.ts from the validator's contexts. */
function named(
  code: ProblemCode,
  params: JsonObject = {},
): { context: { code: ProblemCode; params: JsonObject } } {
  return { context: { code, params } };
}

function each(
  code: ProblemCode,
  params: JsonObject = {},
): { each: true; context: { code: ProblemCode; params: JsonObject } } {
  return { each: true, ...named(code, params) };
}

const presence = (options: FieldOptions): PropertyDecorator[] => (options.optional ? [IsOptional()] : []);
const described = ({ about, optional, example }: FieldOptions) => ({
  description: about,
  required: optional !== true,
  ...(example === undefined ? {} : { example }),
});

// Built from code points: a literal control character in a source file is invisible.
/**
 * No control characters at all: names, codes, addresses are one line. Nor halves of a surrogate pair and noncharacters,
 * which the database would keep as something else, nor the signs that turn the direction of writing and can make a name
 * look like another.
 */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u;
/** Free text may have line breaks and tabs. */
const LINES =
  /^(?:[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029\u202A-\u202E\u2066-\u2069]|[\t\n])*$/u;

/** One line of text, at most `max` characters. */
export function Line(options: FieldOptions & { max: number; mayBeEmpty?: boolean }): PropertyDecorator {
  return text(options, ONE_LINE);
}

/** Free text with line breaks, at most `max` characters. */
export function Prose(options: FieldOptions & { max: number }): PropertyDecorator {
  return text(options, LINES);
}

function text(
  options: FieldOptions & { max: number; mayBeEmpty?: boolean },
  form: RegExp,
): PropertyDecorator {
  const { max } = options;
  const min = options.optional || options.mayBeEmpty ? 0 : 1;
  return applyDecorators(
    ...presence(options),
    IsString(named('field_not_understood', { expected: 'string' })),
    MinLength(min, named('field_required')),
    MaxLength(max, named('text_too_long', { max })),
    Matches(form, named('control_characters')),
    ApiProperty({ ...described(options), type: String, minLength: min, maxLength: max }),
  );
}

/** A list of lines, none longer than `max`, no more than `most` of them. */
export function Lines(options: FieldOptions & { max: number; most: number }): PropertyDecorator {
  const { max, most } = options;
  return applyDecorators(
    ...presence(options),
    IsArray(named('field_not_understood', { expected: 'array' })),
    ArrayMaxSize(most, named('list_too_long', { max: most })),
    IsString(each('field_not_understood', { expected: 'string' })),
    MinLength(1, each('field_required')),
    MaxLength(max, each('text_too_long', { max })),
    Matches(ONE_LINE, each('control_characters')),
    ApiProperty({
      ...described(options),
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: max },
      maxItems: most,
    }),
  );
}

/** One of a few words; `code` names the breach where the word has a name of its own. */
export function OneOf(
  values: readonly string[],
  options: FieldOptions & { code?: ProblemCode },
): PropertyDecorator {
  return applyDecorators(
    ...presence(options),
    IsIn([...values], named(options.code ?? 'not_one_of', { allowed: [...values] })),
    ApiProperty({ ...described(options), type: String, enum: [...values] }),
  );
}

/** A whole number between two bounds, both included. In a query, where all is text, digits are read as a number. */
export function Whole(
  options: FieldOptions & { min: number; max: number; inQuery?: boolean },
): PropertyDecorator {
  const { min, max } = options;
  return applyDecorators(
    ...presence(options),
    ...(options.inQuery ? [Type(() => Number)] : []),
    IsInt(named('field_not_understood', { expected: 'integer' })),
    Min(min, named('number_out_of_range', { min, max })),
    Max(max, named('number_out_of_range', { min, max })),
    ApiProperty({ ...described(options), type: 'integer', minimum: min, maximum: max }),
  );
}

/** A part with fields of its own. */
export function Part(type: () => new () => object, options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    ...presence(options),
    Type(type),
    IsObject(named('field_not_understood', { expected: 'object' })),
    ValidateNested(named('field_not_understood', { expected: 'object' })),
    // A function of this very name is how the document's maker knows that the class comes later.
    ApiProperty({ ...described(options), type: () => type() }),
  );
}
