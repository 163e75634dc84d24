/** @file Counters in the text format of Prometheus. */

/** Upper bounds of the buckets of durations, seconds. */
const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2];

export class Metrics {
  /** Requests by verb and status. */
  #requests = new Map();
  /** Durations by verb. */
  #durations = new Map();

  /** @param {string} verb @param {number} status @param {number} seconds */
  add(verb, status, seconds) {
    const key = `verb="${verb}",status="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    const duration = this.#durations.get(verb) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(verb, duration);
    BUCKETS.forEach((bound, n) => (duration.counts[n] += seconds <= bound ? 1 : 0));
    duration.sum += seconds;
    duration.count += 1;
  }

  /** @param {{ interactions?: number, items?: number, users?: number, groups?: number }} stats */
  toText(stats) {
    const lines = ['# HELP nextpick_requests_total Requests by verb and status.', '# TYPE nextpick_requests_total counter'];
    for (const [labels, count] of this.#requests) lines.push(`nextpick_requests_total{${labels}} ${count}`);
    lines.push('# HELP nextpick_request_seconds Time to answer.', '# TYPE nextpick_request_seconds histogram');
    for (const [verb, { counts, sum, count }] of this.#durations) {
      BUCKETS.forEach((bound, n) => lines.push(`nextpick_request_seconds_bucket{verb="${verb}",le="${bound}"} ${counts[n]}`));
      lines.push(`nextpick_request_seconds_bucket{verb="${verb}",le="+Inf"} ${count}`, `nextpick_request_seconds_sum{verb="${verb}"} ${sum}`, `nextpick_request_seconds_count{verb="${verb}"} ${count}`);
    }
    for (const [name, value] of Object.entries(stats)) {
      if (typeof value === 'number') lines.push(`# TYPE nextpick_${toSnake(name)} gauge`, `nextpick_${toSnake(name)} ${value}`);
    }
    lines.push('# TYPE process_resident_memory_bytes gauge', `process_resident_memory_bytes ${process.memoryUsage.rss()}`);
    return `${lines.join('\n')}\n`;
  }
}

/** @param {string} name */
const toSnake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
