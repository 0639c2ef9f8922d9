import { ApiSchema } from '@nestjs/swagger';
import { Line, OneOf } from '../validation/fields.js';

const LOGIN = { about: 'the name of the account', max: 100, example: 'tva.counter' } as const;
const DAY = { max: 20, optional: true, example: '2026-12-01' } as const;

@ApiSchema({ name: 'NewAccount' })
export class NewAccountDto {
  @Line(LOGIN)
  login!: string;

  @OneOf(['person', 'system'], {
    about: 'a system has a secret and gets tokens; default: person',
    optional: true,
  })
  kind?: 'person' | 'system';

  @Line({
    about: 'agency code of the unit that answers for it; default: that of whoever makes it',
    max: 40,
    optional: true,
  })
  unit?: string;

  @OneOf(['password', 'provider'], {
    about: 'provider: no password, it is linked when somebody of that name signs in there; default: password',
    optional: true,
  })
  signsInBy?: 'password' | 'provider';
}

@ApiSchema({ name: 'NewPosition' })
export class NewPositionDto {
  @Line({ ...LOGIN, about: 'the account that is to hold it' })
  login!: string;

  @Line({ about: 'what it is', max: 40, example: 'counter' })
  role!: string;

  @Line({ about: 'agency code of its unit', max: 40, example: '000.01.21.H59' })
  unit!: string;

  @Line({ ...DAY, about: 'its first day; default: today' })
  from?: string;

  @Line({ ...DAY, about: 'the first day on which it no longer holds; default: open' })
  until?: string;

  @OneOf(['portal', 'carrier'], { about: 'what a system serves as; default: carrier', optional: true })
  service?: 'portal' | 'carrier';
}

@ApiSchema({ name: 'EndPosition' })
export class EndPositionDto {
  @Line({ ...DAY, about: 'the first day on which it no longer holds; default: today' })
  on?: string;
}

@ApiSchema({ name: 'NewDelegation' })
export class NewDelegationDto {
  @Line({ ...LOGIN, about: 'the account that is to act' })
  to!: string;

  @Line({ about: 'the first day', max: 20, example: '2026-12-01' })
  from!: string;

  @Line({ about: 'the first day on which it no longer holds', max: 20, example: '2026-12-15' })
  until!: string;
}

/** For what needs no body. */
export class NothingDto {}
