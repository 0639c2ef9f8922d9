/** What is particular to an operation. Every line has its reason. */
interface Particular {
  /** cases as a share of the usual number, where one costs far more than others */
  share?: number;
  /** smallest part of the cases that must get beyond the checks of form; 0.1 unless told */
  deep?: number;
  /** true where no case can be right: nothing good is expected */
  hopeless?: boolean;
  because: string;
}

const PARTICULAR: Readonly<Record<string, Particular>> = {
  'POST /api/v1/accounts': {
    share: 0.4,
    because: 'it hashes a password while all other administration waits for it',
  },
  'POST /api/v1/accounts/{no}/password': {
    share: 0.4,
    because: 'it hashes a password while all other administration waits for it',
  },
  'POST /api/v1/session/password': {
    share: 0.4,
    because: 'a good case hashes twice, and an officer signs in anew after it',
  },
  'GET /api/v1/session/oidc': {
    deep: 0,
    hopeless: true,
    because: 'no OpenID provider is configured: it is not there, for anybody',
  },
};

const DEEP = 0.1;

/** Cases of an operation where `usual` are usual. */
export function casesFor(name: string, usual: number): number {
  return Math.ceil(usual * (PARTICULAR[name]?.share ?? 1));
}

/** The smallest part of an operation's cases that must get deep for the others to mean anything. */
export function deepFor(name: string): number {
  return PARTICULAR[name]?.deep ?? DEEP;
}

/** Whether at least one case of an operation must be answered well. */
export function hasGoodCases(name: string): boolean {
  return PARTICULAR[name]?.hopeless !== true;
}
