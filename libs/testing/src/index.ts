export {
  freshDatabase,
  TEMPLATE_DATABASE,
  type FreshDatabase,
  type TestCluster,
} from './fresh-database.js';
export { plantSession, type PlantedSession } from './plant-session.js';
