import { PassedOver, type Context } from './context.ts';
import { steps, type StepArgument, type StepKind } from './steps.ts';

/** A line that cannot be read, or a message that does not have what a line asks for. */
export class ExpressionFault extends Error {
  /** The character of the line, from 0. */
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

type Operand =
  | { is: 'path'; keys: readonly string[]; text: string }
  | { is: 'capture'; name: string }
  | { is: 'literal'; value: string | number | boolean | null };

interface Step {
  kind: StepKind;
  arguments: readonly Operand[];
  column: number;
}

/** What the names in a line may be, checked when it is read. */
export interface Names {
  captures: readonly string[];
  tables: readonly string[];
}

interface Token {
  text: string;
  quoted: boolean;
  column: number;
}

const TOKEN = /\s*(?:'((?:[^']|'')*)'|(\|)|([^\s|']+))/y;
const PATH = /^\$(?:\.[^.[\]\s]+|\[\d+\])*$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const words: Record<string, boolean | null> = { true: true, false: false, null: null };

/** One line: `source | step argument | step`. Reading it finds everything that is wrong with it by itself. */
export class Expression {
  readonly #source: Operand;
  readonly #column: number;
  readonly #steps: readonly Step[];

  /** Throws ExpressionFault. */
  constructor(line: string, names: Names) {
    const [first, ...rest] = partsOf(tokensOf(line), line.length);
    if (first!.length > 1) throw new ExpressionFault('one source, then steps behind |', first![1]!.column);
    this.#column = first![0]!.column;
    this.#source = operandOf(first![0]!, names);
    if (this.#source.is === 'literal' && !first![0]!.quoted && typeof this.#source.value === 'string') {
      throw new ExpressionFault(`a source is $.path, {name}, a number or a 'text'`, this.#column);
    }
    this.#steps = rest.map((tokens) => stepOf(tokens, names));
  }

  /** Undefined where the line allows that there is nothing. Throws ExpressionFault and PassedOver. */
  value(context: Context): unknown {
    let value = valueOf(this.#source, context);
    let column = this.#column;
    for (const step of this.#steps) {
      if (value === undefined && !step.kind.takesNothing) continue;
      column = step.column;
      const given = step.arguments.map((each) => valueOf(each, context) as StepArgument);
      try {
        value = step.kind.run(value, given, context);
      } catch (error) {
        if (error instanceof PassedOver) throw error;
        throw new ExpressionFault((error as Error).message, column);
      }
    }
    if (value === undefined && this.#steps.at(-1)?.kind !== steps['optional']) {
      throw new ExpressionFault(`nothing at ${textOf(this.#source)}`, this.#column);
    }
    return value;
  }

  /** As a condition: true, or not. What is not there is not so. */
  holds(context: Context): boolean {
    if (this.#steps.length === 0 && valueOf(this.#source, context) === undefined) return false;
    return this.value(context) === true;
  }
}

function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = line.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(line);
    if (match === null) throw new ExpressionFault("a ' that does not end", at);
    const [whole, quoted, bar, word] = match;
    const column = at + whole.length - whole.trimStart().length;
    if (quoted === undefined) tokens.push({ text: bar ?? word!, quoted: false, column });
    else tokens.push({ text: quoted.replaceAll("''", "'"), quoted: true, column });
  }
  return tokens;
}

/** The tokens between the bars; none of the parts is empty. */
function partsOf(tokens: Token[], end: number): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text !== '|' || token.quoted) parts.at(-1)!.push(token);
    else if (parts.at(-1)!.length === 0) throw new ExpressionFault('nothing before |', token.column);
    else parts.push([]);
  }
  if (parts.at(-1)!.length === 0) throw new ExpressionFault('something has to stand here', end);
  return parts;
}

function stepOf([first, ...rest]: Token[], names: Names): Step {
  const { text, column } = first!;
  const kind = Object.hasOwn(steps, text) ? steps[text] : undefined;
  if (kind === undefined) throw new ExpressionFault(`there is no step ${text}`, column);
  const { takes } = kind;
  if (rest.length !== takes.length) throw new ExpressionFault(`${text} takes ${takes.join(', ') || 'nothing'}`, column);
  const given = rest.map((token, i) => {
    const operand = operandOf(token, names);
    const isNumber = operand.is === 'literal' && typeof operand.value === 'number';
    if (takes[i] === 'a number' && !isNumber) throw new ExpressionFault('a number belongs here', token.column);
    if (takes[i] === 'a table' && !names.tables.includes(token.text)) {
      throw new ExpressionFault(`there is no table ${token.text}`, token.column);
    }
    return operand;
  });
  return { kind, arguments: given, column };
}

function operandOf({ text, quoted, column }: Token, names: Names): Operand {
  if (quoted) return { is: 'literal', value: text };
  if (text.startsWith('$')) {
    if (!PATH.test(text)) throw new ExpressionFault('a path is $.field.field[0]', column);
    const keys = text.slice(1).replaceAll('[', '.').replaceAll(']', '').split('.').slice(1);
    return { is: 'path', keys, text };
  }
  if (text.startsWith('{')) {
    const name = text.slice(1, -1);
    if (!text.endsWith('}') || !names.captures.includes(name)) {
      throw new ExpressionFault(`the topic has no ${text}`, column);
    }
    return { is: 'capture', name };
  }
  if (NUMBER.test(text)) return { is: 'literal', value: Number(text) };
  return { is: 'literal', value: Object.hasOwn(words, text) ? words[text]! : text };
}

function valueOf(operand: Operand, { payload, captures }: Context): unknown {
  if (operand.is === 'literal') return operand.value;
  if (operand.is === 'capture') return captures[operand.name];
  let value = payload;
  for (const key of operand.keys) {
    // own fields alone: what every object has by birth was not said
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function textOf(operand: Operand): string {
  return operand.is === 'path' ? operand.text : operand.is === 'capture' ? `{${operand.name}}` : String(operand.value);
}
