import { Inject, Injectable } from '@nestjs/common';
import type { CommandAnswer, CommandRequest } from '#libs/dossier';
import { DomainError } from '#libs/kernel';
import { DEPS, type FullDeps } from '../deps.js';

/** Hands commands to the engine and counts them. */
@Injectable()
export class CommandDesk {
  constructor(@Inject(DEPS) private readonly deps: FullDeps) {}

  /** As the engine answers or rejects. */
  async execute(request: CommandRequest): Promise<CommandAnswer> {
    const begun = performance.now();
    let outcome = 'unexpected';
    try {
      const answer = await this.deps.engine.execute(request);
      outcome = answer.replayed ? 'replayed' : answer.kind === 'accepted' ? 'accepted' : answer.code;
      return answer;
    } catch (error) {
      if (error instanceof DomainError) outcome = error.code;
      throw error;
    } finally {
      this.deps.metrics.command(request.command, outcome, (performance.now() - begun) / 1000);
    }
  }
}
