export { type TestDatabase, testDatabase } from './database.js';
export { PROCEDURE, type SmallProvince, UNIT, smallProvince } from './small-province.js';
export { Desk, type Filing } from './desk.js';
export { live } from './lives.js';
export { type Breakable, breakable } from './breakable.js';
