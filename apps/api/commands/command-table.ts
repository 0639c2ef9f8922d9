import type { CommandName } from '#libs/workflow';
import {
  CompleteStepDto,
  DiscontinueDto,
  ResolveDto,
  ResumeDto,
  ReturnToStepDto,
  StartProcessingDto,
  SuspendDto,
} from '../casework/steps.dto.js';
import { CollectDto, OfferAtCounterDto } from '../counter/handing-out.dto.js';
import {
  AmendDto,
  ConfirmPaymentDto,
  ReceiveDto,
  RefuseDto,
  RequestPaymentDto,
  RequestSupplementDto,
  SubmitDto,
  SupplementDto,
  VoidDto,
  WithdrawDto,
} from '../counter/intake.dto.js';
import { HandToPostDto, RecordPostEventDto } from '../postal/posting.dto.js';
import { ProblemError } from '../problem/problem-error.js';

export type BodyClass = new () => object;

/** What each command's body looks like. The compiler asks for a line whenever the lifecycle gets a new command. */
export const BODY_OF: Readonly<Record<CommandName, BodyClass>> = {
  submit: SubmitDto,
  receive: ReceiveDto,
  refuse: RefuseDto,
  requestSupplement: RequestSupplementDto,
  supplement: SupplementDto,
  requestPayment: RequestPaymentDto,
  confirmPayment: ConfirmPaymentDto,
  startProcessing: StartProcessingDto,
  completeStep: CompleteStepDto,
  returnToStep: ReturnToStepDto,
  suspend: SuspendDto,
  resume: ResumeDto,
  resolve: ResolveDto,
  withdraw: WithdrawDto,
  discontinue: DiscontinueDto,
  handToPost: HandToPostDto,
  recordPostEvent: RecordPostEventDto,
  offerAtCounter: OfferAtCounterDto,
  collect: CollectDto,
  amend: AmendDto,
  void: VoidDto,
};

/** The commands that an existing dossier can be given. */
export const DOSSIER_COMMANDS = (Object.keys(BODY_OF) as CommandName[]).filter((name) => name !== 'submit');

/** The command of this name. Throws `unknown_command`, also for the statechart's own names such as `xstate.init`. */
export function commandNamed(name: string, field = 'command'): CommandName {
  if (!Object.hasOwn(BODY_OF, name)) throw new ProblemError('unknown_command', { field });
  return name as CommandName;
}
