/** The same numbers for the same seed (mulberry32). */
export class Random {
    constructor(private state: number) {}

    next(): number {
        this.state = (this.state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    }

    chance(share: number): boolean {
        return this.next() < share;
    }

    pick<Item>(items: readonly Item[]): Item | undefined {
        return items[Math.floor(this.next() * items.length)];
    }

    /** Index by weight. */
    weighted(weights: readonly number[]): number {
        let left = this.next() * weights.reduce((sum, each) => sum + each, 0);
        return Math.max(
            0,
            weights.findIndex((weight) => (left -= weight) < 0),
        );
    }
}
