/**
 * Formulas over named figures, as people write them: numbers, names, + - * / and parentheses, comparisons, and
 * min, max, clamp(x, low, high), round(x), if(condition, then, else). A comparison is 1 or 0. What cannot be computed, as a
 * division by nothing, is null, and so is everything that needs it. Nothing but arithmetic can be said.
 */
export type Formula =
  | { is: 'number'; value: number }
  | { is: 'name'; name: string }
  | { is: 'call'; of: keyof typeof functions; args: readonly Formula[] };

/** What is wrong with a formula, and where, counted from 0. */
export class FormulaError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

type Compute = (...args: number[]) => number | null;

const functions = {
  '+': (a, b) => a! + b!,
  '-': (a, b) => a! - b!,
  '*': (a, b) => a! * b!,
  '/': (a, b) => (b === 0 ? null : a! / b!),
  '<': (a, b) => Number(a! < b!),
  '<=': (a, b) => Number(a! <= b!),
  '>': (a, b) => Number(a! > b!),
  '>=': (a, b) => Number(a! >= b!),
  '=': (a, b) => Number(a === b),
  min: Math.min,
  max: Math.max,
  clamp: (x, low, high) => Math.min(high!, Math.max(low!, x!)),
  round: (x) => Math.round(x!),
  // of the two ways one is computed: see `evaluate`
  if: () => null,
} satisfies Record<string, Compute>;

const ARGUMENTS: Record<string, { from: number; to: number }> = {
  min: { from: 1, to: 20 },
  max: { from: 1, to: 20 },
  clamp: { from: 3, to: 3 },
  round: { from: 1, to: 1 },
  if: { from: 3, to: 3 },
};
/** From loosest to tightest. */
const OPERATORS = [
  ['<', '<=', '>', '>=', '='],
  ['+', '-'],
  ['*', '/'],
] as const;
const MAX_LENGTH = 1000;
const MAX_DEPTH = 50;
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([a-zA-Z][a-zA-Z0-9]*)|(<=|>=|[-+*/<>=(),]))/y;

interface Token {
  text: string;
  kind: 'number' | 'name' | 'sign' | 'end';
  at: number;
}

/** Reads a formula. Throws FormulaError for one that is none, or that names something else than `names`. */
export function parseFormula(text: string, names: readonly string[]): Formula {
  if (text.length > MAX_LENGTH) throw new FormulaError(`longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const tokens = tokensOf(text);
  let next = 0;
  let depth = 0;
  const take = () => tokens[next++]!;
  const expect = (sign: string) => {
    const token = take();
    if (token.text !== sign) throw new FormulaError(`${sign} expected`, token.at);
  };

  function level(tightness: number): Formula {
    const operators: readonly string[] | undefined = OPERATORS[tightness];
    if (!operators) return operand();
    let left = level(tightness + 1);
    while (tokens[next]!.kind === 'sign' && operators.includes(tokens[next]!.text)) {
      const of = take().text as keyof typeof functions;
      left = { is: 'call', of, args: [left, level(tightness + 1)] };
    }
    return left;
  }

  function operand(): Formula {
    const token = take();
    if (token.kind === 'number') return { is: 'number', value: Number(token.text) };
    if (token.text === '-') return { is: 'call', of: '-', args: [{ is: 'number', value: 0 }, operand()] };
    depth += 1;
    if (depth > MAX_DEPTH) throw new FormulaError('nested too deeply', token.at);
    const read = token.text === '(' ? inside() : token.kind === 'name' ? named(token) : null;
    if (!read) throw new FormulaError('a number, a name or ( expected', token.at);
    depth -= 1;
    return read;
  }

  function inside(): Formula {
    const read = level(0);
    expect(')');
    return read;
  }

  function named({ text: name, at }: Token): Formula {
    const isCall = tokens[next]!.text === '(';
    if (!isCall) {
      if (!names.includes(name)) throw new FormulaError(`no figure ${name}`, at);
      return { is: 'name', name };
    }
    const count = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name]! : null;
    if (!count) throw new FormulaError(`no function ${name}`, at);
    take();
    const args = [level(0)];
    while (tokens[next]!.text === ',') {
      take();
      args.push(level(0));
    }
    expect(')');
    if (args.length < count.from || args.length > count.to)
      throw new FormulaError(`${name} takes ${count.from === count.to ? count.from : 'some'} values`, at);
    return { is: 'call', of: name as keyof typeof functions, args };
  }

  const formula = level(0);
  const rest = tokens[next]!;
  if (rest.kind !== 'end') throw new FormulaError(`nothing expected, but ${rest.text}`, rest.at);
  return formula;
}

/** What a formula comes to; null where it cannot be computed. */
export function evaluate(formula: Formula, figures: Readonly<Record<string, number | null>>): number | null {
  switch (formula.is) {
    case 'number':
      return formula.value;
    case 'name':
      return figures[formula.name] ?? null;
    case 'call': {
      const { of, args } = formula;
      if (of === 'if') {
        const condition = evaluate(args[0]!, figures);
        return condition === null ? null : evaluate(args[condition === 0 ? 2 : 1]!, figures);
      }
      const values: number[] = [];
      for (const arg of args) {
        const value = evaluate(arg, figures);
        if (value === null) return null;
        values.push(value);
      }
      const result = (functions[of] as Compute)(...values);
      return result === null || !Number.isFinite(result) ? null : result;
    }
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) {
      const at = from + text.slice(from).search(/\S/);
      throw new FormulaError(`${text[at]} means nothing here`, at);
    }
    const [whole, number, name, sign] = found;
    const read = number ?? name ?? sign!;
    tokens.push({
      ...{ text: read, kind: number ? 'number' : name ? 'name' : 'sign' },
      at: from + whole.length - read.length,
    });
  }
  return [...tokens, { text: '', kind: 'end', at: text.length }];
}
