import { Presets, SingleBar } from 'cli-progress';

/** Tells a person something, on stderr: stdout is for what was asked for. */
export function say(text: string, to: NodeJS.WriteStream = process.stderr): void {
  to.write(`${text}\n`);
}

/** A bar with rate and time left, on stderr; a line every five seconds where there is no terminal. */
export class Progress {
  private readonly bar: SingleBar;
  private readonly begun = performance.now();
  private first: number | null = null;

  constructor(
    name: string,
    private readonly total: number,
  ) {
    this.bar = new SingleBar(
      {
        format: `${name} {bar} {percentage}% | {value}/{total} | {rate}/s | {left} left`,
        stream: process.stderr,
        noTTYOutput: true,
        notTTYSchedule: 5_000,
        hideCursor: true,
        clearOnComplete: false,
        emptyOnZero: true,
      },
      Presets.shades_classic,
    );
    this.bar.start(total, 0, { rate: '…', left: '…' });
  }

  at(done: number): void {
    this.first ??= done;
    const seconds = (performance.now() - this.begun) / 1000;
    const rate = seconds > 0 ? (done - this.first) / seconds : 0;
    const left = rate > 0 ? `${Math.ceil((this.total - done) / rate)} s` : '…';
    this.bar.update(done, { rate: Math.round(rate), left });
  }

  done(sentence: string): void {
    this.bar.update(this.total, { left: '0 s' });
    this.stop();
    say(sentence);
  }

  stop(): void {
    this.bar.stop();
  }
}
