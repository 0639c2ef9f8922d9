import { ApiSchema } from '@nestjs/swagger';
import { LONGEST_REASON } from '../counter/intake.dto.js';
import { Line, OneOf, Prose } from '../validation/fields.js';

@ApiSchema({ name: 'StartProcessing', description: 'Hands the dossier to whoever does the first step.' })
export class StartProcessingDto {}

@ApiSchema({
  name: 'CompleteStep',
  description: 'The step in hand is done. The last step ends by resolve instead.',
})
export class CompleteStepDto {
  @Line({ about: 'the step that the caller means; refused when another is in hand', max: 60, optional: true })
  step?: string;

  @Line({ about: 'where to go on, when the step leads to several', max: 60, optional: true })
  next?: string;
}

@ApiSchema({ name: 'ReturnToStep', description: 'Sends the dossier back to an earlier step.' })
export class ReturnToStepDto {
  @Line({ about: 'the earlier step', max: 60 })
  step!: string;

  @Prose({ about: 'why', max: LONGEST_REASON })
  reason!: string;
}

@ApiSchema({ name: 'Suspend', description: 'Work stands still; the clock does not.' })
export class SuspendDto {
  @Prose({ about: 'why', max: LONGEST_REASON, optional: true })
  reason?: string;
}

@ApiSchema({ name: 'Resume', description: 'Work goes on at the step in hand.' })
export class ResumeDto {}

@ApiSchema({
  name: 'Resolve',
  description: 'The decision is made: the last step is done and the clock stops.',
})
export class ResolveDto {
  @OneOf(['approved', 'rejected'], { about: 'the decision', code: 'unknown_outcome' })
  outcome!: string;

  @Prose({ about: 'why', max: LONGEST_REASON, optional: true })
  reason?: string;

  @Line({ about: 'number of the decision', max: 100, optional: true })
  number?: string;
}

@ApiSchema({ name: 'Discontinue', description: 'The office stops the dossier (form 05).' })
export class DiscontinueDto {
  @Prose({ about: 'why', max: LONGEST_REASON })
  reason!: string;
}
