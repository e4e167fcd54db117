export { reject as run } from './settle.js';
