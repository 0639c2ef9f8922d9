// `node scripts/run.mjs <command> [options]`: from a bare clone to a running Motcua. Behind `npm run demo` and `npm start`.
import './node-version.mjs';

const { motcua } = await import('./lib.mjs');
await motcua(process.argv.slice(2));
