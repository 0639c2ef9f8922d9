import { ApiSchema } from '@nestjs/swagger';
import { Line, OneOf } from '../validation/fields.js';

/** Longer than any password that is taken: what comes on top is not hashed at all. */
const PASSWORD = 300;

@ApiSchema({ name: 'SignIn' })
export class SignInDto {
  @Line({ about: 'the name of the account', max: 100, example: 'counter-1@000.01.21.H59' })
  login!: string;

  @Line({ about: 'its password', max: PASSWORD })
  password!: string;
}

@ApiSchema({ name: 'ChangePassword' })
export class ChangePasswordDto {
  @Line({ about: 'the password as it is', max: PASSWORD })
  current!: string;

  @Line({ about: 'the password as it is to be: 12 to 128 characters, and not easy to guess', max: PASSWORD })
  next!: string;
}

export const GRANT_TYPES = ['client_credentials', 'refresh_token'] as const;

/** RFC 6749's words, in JSON. */
@ApiSchema({ name: 'TokenRequest' })
export class TokenDto {
  @OneOf(GRANT_TYPES, { about: 'what the token is asked for with' })
  grant_type!: (typeof GRANT_TYPES)[number];

  @Line({ about: 'client_credentials: the login of the system’s account', max: 100, optional: true })
  client_id?: string;

  @Line({ about: 'client_credentials: its secret', max: PASSWORD, optional: true })
  client_secret?: string;

  @Line({ about: 'refresh_token: the one given last; it is good once', max: 200, optional: true })
  refresh_token?: string;
}

export class OidcQuery {
  @Line({ about: 'where to go once signed in: a path of this host', max: 500, optional: true, example: '/' })
  returnTo?: string;
}
