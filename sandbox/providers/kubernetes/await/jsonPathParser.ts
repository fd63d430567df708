// Reads a JSONPath into segments and, in its filters, into conditions (RFC 9535, sections 2.3 and 2.5).
import type { Json } from "../../plugin/json";

export type Segment =
    | { type: "field"; name: string }
    | { type: "index"; index: number }
    | { type: "all" }
    | { type: "filter"; filter: Filter };

export interface Query {
    type: "query";
    /** From the whole object (`$`), or from the element that the filter looks at (`@`). */
    absolute: boolean;
    segments: Segment[];
}

type Operand = Query | { type: "literal"; value: Json };

export type Filter =
    | { type: "or" | "and"; parts: Filter[] }
    | { type: "not"; part: Filter }
    | { type: "exists"; query: Query }
    | { type: "compare"; left: Operand; operator: string; right: Operand };

/** @param shown what errors call the whole of it */
export function parseSegments(path: string, shown: string): Segment[] {
    const parser = new Parser(path, shown);
    parser.take(/\$/y);
    const segments = parser.segments();
    parser.end();
    return segments;
}

class Parser {
    private position = 0;

    constructor(
        private readonly text: string,
        private readonly shown: string,
    ) {}

    /** What a sticky pattern finds here, blanks before it left out; stays where it is when it finds nothing. */
    take(pattern: RegExp): string | undefined {
        const blanks = /\s*/y;
        blanks.lastIndex = this.position;
        blanks.exec(this.text);
        pattern.lastIndex = blanks.lastIndex;
        const found = pattern.exec(this.text);
        if (found === null) return undefined;
        this.position = pattern.lastIndex;
        return found[1] ?? found[0];
    }

    end(): void {
        if (this.take(/$/y) === undefined) this.fail();
    }

    segments(): Segment[] {
        const segments: Segment[] = [];
        for (;;) {
            const name = this.take(/\.([A-Za-z_]\w*)/y);
            if (name !== undefined) segments.push({ type: "field", name });
            else if (this.take(/\.\*/y) !== undefined) segments.push({ type: "all" });
            else if (this.take(/\[/y) !== undefined) segments.push(this.bracket());
            else return segments;
        }
    }

    private bracket(): Segment {
        const segment = this.selector();
        this.must(/\]/y);
        return segment;
    }

    private selector(): Segment {
        if (this.take(/\*/y) !== undefined) return { type: "all" };
        if (this.take(/\?/y) !== undefined) return { type: "filter", filter: this.either() };
        const name = this.quoted();
        if (name !== undefined) return { type: "field", name };
        return { type: "index", index: Number(this.must(/-?\d+/y)) };
    }

    private either(): Filter {
        const parts = [this.both()];
        while (this.take(/\|\|/y) !== undefined) parts.push(this.both());
        return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "or", parts };
    }

    private both(): Filter {
        const parts = [this.condition()];
        while (this.take(/&&/y) !== undefined) parts.push(this.condition());
        return parts.length === 1 && parts[0] !== undefined ? parts[0] : { type: "and", parts };
    }

    private condition(): Filter {
        if (this.take(/!/y) !== undefined) return { type: "not", part: this.condition() };
        if (this.take(/\(/y) !== undefined) {
            const inner = this.either();
            this.must(/\)/y);
            return inner;
        }
        const left = this.operand();
        const operator = this.take(/==|<|>/y);
        if (operator !== undefined) {
            return { type: "compare", left, operator, right: this.operand() };
        }
        return left.type === "query" ? { type: "exists", query: left } : this.fail();
    }

    private operand(): Operand {
        const from = this.take(/[$@]/y);
        if (from !== undefined) {
            return { type: "query", absolute: from === "$", segments: this.segments() };
        }
        const text = this.quoted();
        const value: Json =
            text ?? (JSON.parse(this.must(/-?\d+(?:\.\d+)?|true|false|null/y)) as Json);
        return { type: "literal", value };
    }

    private quoted(): string | undefined {
        const text = this.take(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/y);
        return text?.slice(1, -1).replace(/\\(.)/g, "$1");
    }

    private must(pattern: RegExp): string {
        return this.take(pattern) ?? this.fail();
    }

    private fail(): never {
        const rest = this.text.slice(this.position).trim();
        throw new Error(`${this.shown}: can't read ${JSON.stringify(rest)}`);
    }
}
