import { DEMO_PASSWORD } from '#libs/identity';
import type { Officer, UnitDirectory } from '#libs/organization';

const AT_A_UNIT = ['counter-1', 'counter-2', 'specialist-1', 'head-1', 'supervisor-1'];
const AT_THE_TOP = ['post', 'portal', 'auditor-1', 'administrator-1'];
const AS: Readonly<Record<string, string>> = {
  'counter-1': 'takes dossiers in and hands results out',
  'counter-2': 'the same: who received does not approve',
  'specialist-1': 'processes',
  'head-1': 'approves',
  'supervisor-1': 'sees the unit and all below',
  post: 'the postal service',
  portal: 'the national portal: a system, for POST /api/v1/token',
  'auditor-1': 'sees everything, personal data masked',
  'administrator-1': 'accounts and positions',
};

/** Who may sign in to the demonstration: one unit as an example, and those that serve the province. Empty without such accounts. */
export function demoAccounts(units: UnitDirectory): string {
  const top = units.all().find((unit) => unit.parentId === null);
  const example = units
    .all()
    .find(
      (unit) => unit.parentId !== null && units.children(unit.id).length === 0 && unit.kind === 'committee',
    );
  if (!top || !example) return '';
  const officers = [
    ...AT_A_UNIT.map((name) => units.officer(`${name}@${example.agencyCode}`)),
    ...AT_THE_TOP.map((name) => units.officer(`${name}@${top.agencyCode}`)),
  ].filter(
    (officer): officer is Officer => officer !== undefined && officer.accountNo !== null && officer.demo,
  );
  if (officers.length === 0) return '';
  const width = Math.max(...officers.map(({ code }) => code.length));
  const lines = officers.map(({ code }) =>
    `  ${code.padEnd(width)}  ${AS[code.split('@')[0]!] ?? ''}`.trimEnd(),
  );
  return [
    `Accounts of the demonstration (password ${DEMO_PASSWORD}); they work on demonstration data and on this machine only.`,
    `Every unit has the same five as ${example.name}:`,
    ...lines,
  ].join('\n');
}
