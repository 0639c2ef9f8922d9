import { DomainError } from '#libs/kernel';

const LOGIN = /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,99}$/u;

/** A login as it is stored: letters of any alphabet, digits and `. _ @ + -`. Throws DomainError `login_not_understood`. */
export function checkedLogin(login: string): string {
  const text = login.trim().normalize('NFC');
  if (!LOGIN.test(text)) throw new DomainError('login_not_understood', { field: 'login' });
  return text;
}

/** The same, but null for what can be nobody's login. */
export function asLogin(login: string): string | null {
  const text = login.trim().normalize('NFC');
  return LOGIN.test(text) ? text : null;
}
