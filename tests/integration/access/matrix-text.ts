import { permissions, Role, rolePermissions, type Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';

const head = `# Who may do what, and where

Written by \`npx vitest run --project integration access/matrix -u\` from what the program itself says; a test asks every way of
the whole program as every role, inside and outside of where it may, and fails where this page or the program is another.

A role is given in a place: everywhere, in a region with all below it, or in one hall. In the columns: \`x\`, in the halls of that
place; \`X\`, only where the role is given everywhere, since it is about what belongs to no hall. What lies outside is answered
word for word like what there is not, and lists are cut to what lies inside. \`of\`: what the way names, which must lie inside;
\`handler\`: the handler asks, as there may be several. \`confirmed\`: whoever has not shown for ten minutes that it is he
gives his password again.

`;

const kinds = { route: 'Routes', stream: 'Streams', command: 'Socket commands', event: 'Socket events' } as const;

/** The matrix as the page docs/access.md. */
export function matrixText(ways: readonly Way[]): string {
  const roles = Role.options.map((role) => role.replace('hall-', ''));
  const titles = `| ${roles.join(' | ')} |`;
  const rule = `|${' --- |'.repeat(Role.options.length)}`;
  const rights = (Object.keys(permissions) as Permission[]).map((each) => `| \`${each}\` ${marks(each)}`);
  const sections = (Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => {
    const rows = ways.filter((way) => way.kind === kind).toSorted((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
    const lines = rows.map(({ name, needs, of, confirmed }) => {
      return `| \`${name}\` | ${needs}${confirmed ? ', confirmed' : ''} | ${of ?? ''} ${marksOf(needs)}`;
    });
    return `## ${kinds[kind]}\n\n| | needs | of ${titles}\n| --- | --- | --- ${rule}\n${lines.join('\n')}\n`;
  });
  return `${head}## Roles\n\n| ${titles}\n| --- ${rule}\n${rights.join('\n')}\n\n${sections.join('\n')}`;
}

const addressOf = ({ name }: Way) => name.split(' ').reverse().join(' ');

const marks = (permission: Permission) =>
  `| ${Role.options.map((role) => (rolePermissions[role].has(permission) ? { hall: 'x', house: 'X' }[permissions[permission]] : '')).join(' | ')} |`;

function marksOf(needs: Way['needs']): string {
  if (needs === 'public' || needs === 'session') return `|${' x |'.repeat(Role.options.length)}`;
  return needs === 'token' ? `|${' |'.repeat(Role.options.length)}` : marks(needs);
}
