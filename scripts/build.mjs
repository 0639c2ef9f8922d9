// `npm run build`: installs and compiles what is out of date.
import './node-version.mjs';

const { ensureBuilt, ensureInstalled } = await import('./lib.mjs');
await ensureInstalled();
await ensureBuilt();
