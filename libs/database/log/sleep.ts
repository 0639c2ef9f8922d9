/** Pauses that end early: when the follower ends, or when it is nudged. */
export class Sleep {
  private wake: (() => void) | undefined;
  private nudged = false;

  constructor(private readonly ending: AbortSignal) {}

  /** Wakes the sleeper; a nudge while nobody sleeps counts for the next pause. */
  nudge(): void {
    this.nudged = true;
    this.wake?.();
  }

  /** Sleeps at most `ms`; true when it was nudged. A pause after a failure is not to be nudged away. */
  async for(ms: number, { nudgeable = true } = {}): Promise<boolean> {
    if (!(nudgeable && this.nudged)) await this.plain(ms, nudgeable);
    const was = this.nudged && nudgeable;
    if (nudgeable) this.nudged = false;
    return was;
  }

  /** Sleeps `ms`, or until the follower ends. */
  plain(ms: number, nudgeable = false): Promise<void> {
    if (this.ending.aborted) return Promise.resolve();
    return new Promise((done) => {
      const finish = () => {
        clearTimeout(timer);
        this.ending.removeEventListener('abort', finish);
        if (nudgeable) this.wake = undefined;
        done();
      };
      const timer = setTimeout(finish, ms);
      this.ending.addEventListener('abort', finish, { once: true });
      if (nudgeable) this.wake = finish;
    });
  }
}
