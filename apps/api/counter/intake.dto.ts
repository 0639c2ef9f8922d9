import { ApiSchema } from '@nestjs/swagger';
import { Line, Lines, OneOf, Part, Prose, Whole } from '../validation/fields.js';

/** Longest reason; longer than this it is a document and belongs in one. */
export const LONGEST_REASON = 1_000;
const MOST_PAPERS = 100;
/** Ten thousand million đồng: above every fee there is, and far below what a number holds exactly. */
const HIGHEST_FEE = 10_000_000_000;
const CHANNELS = ['counter', 'online', 'postal'];

export class ApplicantDto {
  @Line({ about: 'the name of the applicant, or of the organization', max: 200, example: 'Nguyễn Văn An' })
  name!: string;

  @Line({ about: 'number of the identity paper', max: 50, optional: true })
  paperNumber?: string;

  @Line({ about: 'postal address', max: 500, optional: true })
  address?: string;

  @Line({ about: 'telephone number', max: 30, optional: true })
  phone?: string;

  @Line({ about: 'e-mail address', max: 254, optional: true })
  email?: string;
}

@ApiSchema({ name: 'Submit', description: 'Files a dossier. Its code is given by the answer.' })
export class SubmitDto {
  @Line({ about: 'procedure code', max: 40, example: '1.001193' })
  procedure!: string;

  @Line({
    about: 'agency code of the unit that answers for it; default: that of the officer',
    max: 40,
    optional: true,
  })
  competentUnit?: string;

  @Line({
    about:
      'agency code of the counter that takes it in, when the officer serves every unit; default: the competent unit',
    max: 40,
    optional: true,
  })
  receivingUnit?: string;

  @OneOf(CHANNELS, { about: 'how it came; the citizen chooses', code: 'unknown_channel' })
  channel!: string;

  @OneOf(CHANNELS, {
    about: 'how the result goes back; default: counter',
    code: 'return_by_unknown',
    optional: true,
  })
  returnBy?: string;

  @Part(() => ApplicantDto, { about: 'who applies: personal data, kept apart from the log' })
  applicant!: ApplicantDto;
}

@ApiSchema({ name: 'Receive', description: 'Accepts the dossier: the clock starts.' })
export class ReceiveDto {}

@ApiSchema({ name: 'Refuse', description: 'Does not accept the dossier (form 03).' })
export class RefuseDto {
  @Prose({ about: 'why', max: LONGEST_REASON })
  reason!: string;
}

@ApiSchema({ name: 'RequestSupplement', description: 'Asks for papers that are missing (form 02).' })
export class RequestSupplementDto {
  @Prose({ about: 'why', max: LONGEST_REASON, optional: true })
  reason?: string;

  @Lines({ about: 'the papers owed', max: 500, most: MOST_PAPERS, optional: true })
  documents?: string[];
}

@ApiSchema({ name: 'Supplement', description: 'The papers came.' })
export class SupplementDto {
  @Lines({ about: 'the papers that came', max: 500, most: MOST_PAPERS, optional: true })
  documents?: string[];
}

@ApiSchema({ name: 'RequestPayment', description: 'Asks for a fee.' })
export class RequestPaymentDto {
  @Whole({ about: 'in đồng', min: 0, max: HIGHEST_FEE, optional: true })
  amount?: number;

  @Prose({ about: 'what for', max: LONGEST_REASON, optional: true })
  reason?: string;
}

@ApiSchema({ name: 'ConfirmPayment', description: 'The fee is paid.' })
export class ConfirmPaymentDto {
  @Whole({ about: 'in đồng', min: 0, max: HIGHEST_FEE, optional: true })
  amount?: number;

  @Line({ about: 'how it was paid', max: 50, optional: true })
  method?: string;

  @Line({ about: 'number of the receipt', max: 100, optional: true })
  receipt?: string;
}

@ApiSchema({ name: 'Withdraw', description: 'The citizen takes the dossier back.' })
export class WithdrawDto {
  @Prose({ about: 'why', max: LONGEST_REASON, optional: true })
  reason?: string;
}

@ApiSchema({ name: 'Amend', description: 'Corrects one of the applicant’s details; the old value is kept.' })
export class AmendDto {
  @OneOf(['name', 'paperNumber', 'address', 'phone', 'email'], {
    about: 'which detail',
    code: 'amend_field_unknown',
  })
  field!: string;

  @Line({ about: 'what it should say', max: 500, mayBeEmpty: true })
  value!: string;
}

@ApiSchema({ name: 'Void', description: 'Entered by mistake: before acceptance only, and counted nowhere.' })
export class VoidDto {
  @Prose({ about: 'why', max: LONGEST_REASON, optional: true })
  reason?: string;
}
