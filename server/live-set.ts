/**
 * A set of what comes and goes with every request, in the order of coming: a few hundred at most, since looking for one
 * walks over them.
 *
 * Not a Set or Map: each time one of those has filled up, V8 puts a copy in its place that the old one still points to.
 * As soon as one dead copy lies in the heap's old generation, all that follow, with all they held, are kept until the
 * next full collection, and each collection of the young generation moves them there.
 */
export class LiveSet<T extends object> implements Iterable<T> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    this.#members.push(member);
  }

  /** Removes a member. False: it was none. */
  delete(member: T): boolean {
    const place = this.#members.indexOf(member);
    if (place >= 0) this.#members.splice(place, 1);
    return place >= 0;
  }

  /** The oldest member that `fits`. */
  find(fits: (member: T) => boolean): T | undefined {
    return this.#members.find(fits);
  }

  /** The members of this moment: they may be deleted meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#members].values();
  }
}
