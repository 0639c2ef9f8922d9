#!/usr/bin/env node
// `npx motcua`: works right after `npm ci`, and builds first when it has to.
import './node-version.mjs';

const { motcua } = await import('./lib.mjs');
await motcua(process.argv.slice(2));
