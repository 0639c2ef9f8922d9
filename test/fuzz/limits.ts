/** What is particular to an operation. Every line has its reason. */
interface Particular {
  /** smallest part of the cases that must get beyond the checks of form; 0.1 unless told */
  deep?: number;
  /** true where no case can be right: nothing good is expected */
  hopeless?: boolean;
  because: string;
}

const PARTICULAR: Readonly<Record<string, Particular>> = {
  'GET /api/v1/session/oidc': {
    deep: 0,
    hopeless: true,
    because: 'no OpenID provider is configured: it is not there, for anybody',
  },
};

const DEEP = 0.1;

/** The smallest part of an operation's cases that must get deep for the others to mean anything. */
export function deepFor(name: string): number {
  return PARTICULAR[name]?.deep ?? DEEP;
}

/** Whether at least one case of an operation must be answered well. */
export function hasGoodCases(name: string): boolean {
  return PARTICULAR[name]?.hopeless !== true;
}
