// A small generator of numbers (mulberry32): the same seed gives the same run everywhere.
export class Random {
  constructor(seed) { this.state = seed >>> 0; }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(count) { return Math.floor(this.next() * count); }
  chance(part) { return this.next() < part; }
  pick(items) { return items[this.below(items.length)]; }

  // Items are [weight, value].
  weighted(items) {
    let left = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of items) if ((left -= weight) < 0) return value;
    return items[items.length - 1][1];
  }
}
