import { Redis } from 'ioredis';
import { describeTaken, type Rate, type Taken } from './rate.js';

/** The same algorithm as {@link Rates}, in one step there; the clock is that of the Redis server. */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local next = used + interval
if next - now > window + 0.001 then return {0, tostring(used - now)} end
redis.call('SET', KEYS[1], string.format('%.3f', next), 'PX', math.ceil(next - now))
return {1, tostring(next - now)}`;

const PATIENCE_MS = 250;

/** Counts callers for all processes together, in Redis. */
export class SharedRates {
  private readonly redis: Redis;

  constructor(url: string, onError: (error: unknown) => void) {
    this.redis = new Redis(url, {
      // Whoever asks while Redis is away is answered by the process's own count, at once.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: PATIENCE_MS,
      connectTimeout: 5_000,
    });
    this.redis.on('error', onError);
  }

  /** Takes one for the caller, if there is one. Rejects when Redis does not answer in time. */
  async take(group: string, caller: string, rate: Rate): Promise<Taken> {
    const interval = 1000 / rate.perSecond;
    const key = `motcua:rate:${group}:${caller}`;
    const [allowed, debt] = (await this.redis.eval(SCRIPT, 1, key, interval, interval * rate.burst)) as [
      number,
      string,
    ];
    return describeTaken(rate, allowed === 1, Number(debt));
  }

  onReady(listener: () => void): void {
    this.redis.on('ready', listener);
  }

  close(): void {
    this.redis.disconnect();
  }
}
