export { approve as run } from './settle.js';
