import { connect } from '#libs/database';
import { DEMO_PASSWORD } from '#libs/identity';
import { UNIT } from '#libs/testing';
import { COUNTER, PORTAL, SPECIALIST, type Bench } from '../e2e/support.js';
import { TOKEN, type Known } from './known.js';

/** How many of each kind: a case in the right form uses one up, and who guesses five times at one locks it. */
const MANY = 40;
const SELVES = 12;
const API = '/api/v1';

/**
 * Accounts, positions, delegations and tokens that cases may use up without taking them from those who send the cases, told
 * to `known` as good values of the operations that are about them. Gives the positions of people who may change their
 * password, which those of the demonstration may not.
 */
export async function spares(bench: Bench, known: Known): Promise<string[]> {
  const { administration } = bench.identity;
  const unit = UNIT.commune;
  const accounts = async (kind: 'person' | 'system', name: string, many = MANY) => {
    const made = [];
    // By a provider: no password is hashed for each of them.
    for (let nth = 1; nth <= many; nth++)
      made.push(
        (await administration.createAccount(null, { login: `${name}-${nth}`, kind, unit, byProvider: true }))
          .account,
      );
    return made;
  };
  const positions = async (logins: readonly string[]) => {
    const codes = [];
    for (const login of logins)
      codes.push((await administration.givePosition(null, { login, role: 'specialist', unit })).code);
    return codes;
  };
  const logins = (of: readonly { login: string }[]): string[] => of.map(({ login }) => login);
  const numbers = (of: readonly { no: number }[]): string[] => of.map(({ no }) => String(no));

  const people = await accounts('person', 'spare-signs-in');
  const systems = await accounts('system', 'spare-system');
  const closed = await accounts('person', 'spare-closed');
  const reset = await accounts('person', 'spare-reset');
  const holders = await accounts('person', 'spare-holder');
  const selves = await accounts('person', 'spare-self', SELVES);
  await letSignIn(bench, 'spare-');
  known.offer(`${API}/session`, { login: logins(people), password: [DEMO_PASSWORD] });
  known.offer(`${API}/session/password`, { current: [DEMO_PASSWORD], next: [TOKEN.fresh] });
  known.offer(`${API}/token`, {
    client_id: logins(systems),
    client_secret: [DEMO_PASSWORD],
    refresh_token: await refreshTokens(bench),
  });
  known.offer(`${API}/accounts`, { login: [TOKEN.fresh, `a.${TOKEN.fresh}`] });
  known.offer(`${API}/accounts/{no}/disable`, { no: numbers(closed) });
  known.offer(`${API}/accounts/{no}/password`, { no: numbers(reset) });
  known.offer(`${API}/positions`, {
    login: logins(holders),
    role: ['counter', 'specialist', 'head', 'supervisor', 'postal', 'citizen'],
    from: ['2019-03-18', '2019-06-15', '2019-02-30'],
    until: ['2019-12-31', '2031-01-01', 'infinity'],
  });
  known.offer(`${API}/positions/{code}/end`, {
    code: await positions(logins(holders)),
    on: ['2019-03-18', '2019-06-15', '2019-02-30'],
  });
  const own = await positions(logins(selves));
  // Days far ahead: on others, who was chosen would from then on have to say in which position they ask.
  known.offer(`${API}/delegations`, {
    to: logins(selves),
    from: days(2031, 1),
    until: days(2031, 2),
  });
  known.offer(`${API}/delegations/{id}/end`, { id: await delegations(bench, selves[0]!.login) });
  return own;
}

/** Gives accounts the password of the demonstration, and so one hash for all of them. */
async function letSignIn(bench: Bench, prefix: string): Promise<void> {
  const owner = await connect(bench.database.ownerUrl);
  try {
    await owner.query(
      `UPDATE motcua.account SET must_change = false, password_hash = (SELECT password_hash FROM motcua.account
         WHERE demo ORDER BY no LIMIT 1) WHERE starts_with(login, $1)`,
      [prefix],
    );
  } finally {
    await owner.end();
  }
}

async function refreshTokens(bench: Bench): Promise<string[]> {
  const tokens = [];
  const asked = { login: PORTAL, secret: DEMO_PASSWORD };
  // One after the other: many attempts at once are taken for guesses.
  for (let nth = 0; nth < MANY / 2; nth++)
    tokens.push((await bench.identity.signInSystem(asked, { address: '127.0.0.1' })).refreshToken);
  return tokens;
}

/** Of two who send cases, each for a day of its own. */
async function delegations(bench: Bench, to: string): Promise<string[]> {
  const ids = [];
  for (const position of [COUNTER, SPECIALIST]) {
    const principal = await bench.identity.authenticate({ bearer: await bench.tokens.fresh(position) });
    if (!principal) throw new Error(`${position} was not let in`);
    for (let nth = 0; nth < MANY / 2; nth++) {
      const [from, until] = [days(2032, 1)[nth]!, days(2032, 1)[nth + 1]!];
      const made = await bench.identity.administration.delegate(principal, { position, to, from, until });
      ids.push(String(made.no));
    }
  }
  return ids;
}

function days(year: number, month: number): string[] {
  return Array.from(
    { length: 28 },
    (_, day) => `${year}-${String(month).padStart(2, '0')}-${String(day + 1).padStart(2, '0')}`,
  );
}
