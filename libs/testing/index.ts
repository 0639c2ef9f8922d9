export { type TestDatabase, TEMPLATE, makeTemplate, testDatabase } from './database.js';
