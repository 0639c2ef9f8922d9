import { ApiSchema } from '@nestjs/swagger';
import { POST_ACTIONS, POST_EVENTS } from '#libs/workflow';
import { LONGEST_REASON } from '../counter/intake.dto.js';
import { Line, OneOf, Prose } from '../validation/fields.js';

// The form and the check digit of an item number are the workflow's to judge: one rule, one place, one code.
const ITEM = { about: 'S10 item number', max: 40, example: 'RA473124829VN' } as const;

@ApiSchema({ name: 'HandToPost', description: 'The result is given to the carrier.' })
export class HandToPostDto {
  @Line(ITEM)
  itemNumber!: string;

  @Line({ about: 'which carrier', max: 100, optional: true })
  carrier?: string;
}

@ApiSchema({
  name: 'RecordPostEvent',
  description: 'What the carrier reports; in any order, repeated, late.',
})
export class RecordPostEventDto {
  @Line(ITEM)
  itemNumber!: string;

  @OneOf(POST_EVENTS, { about: 'the carrier’s event (UPU EMSEVT)', code: 'unknown_post_event' })
  event!: string;

  @OneOf(POST_ACTIONS, {
    about: 'what the carrier does after an unsuccessful attempt',
    code: 'unknown_post_action',
    optional: true,
  })
  action?: string;

  @Prose({ about: 'why it was not delivered', max: LONGEST_REASON, optional: true })
  reason?: string;

  @Line({ about: 'the office that reports', max: 100, optional: true })
  office?: string;

  @Line({
    about: 'when the carrier says that it happened, as the carrier writes it',
    max: 40,
    optional: true,
  })
  carrierAt?: string;
}
