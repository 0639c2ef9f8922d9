import { ApiSchema } from '@nestjs/swagger';
import { Line } from '../validation/fields.js';

@ApiSchema({ name: 'LookUp' })
export class LookUpDto {
  @Line({ about: 'the dossier code on the receipt', max: 60, example: '000.00.14.H20-200703-0002' })
  code!: string;

  @Line({
    about: 'the secret beside it; capitals and dashes do not matter',
    max: 60,
    example: '7Q2M-0ZK4-XV9TC',
  })
  secret!: string;
}
