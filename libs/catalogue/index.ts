export { type Catalogue } from './catalogue.js';
export { type ProcedureDetail, parseDetails } from './details.js';
export { type CatalogueReference, type ReadCatalogue, readCatalogue } from './rows.js';
export { readSectorDepartments } from './sectors.js';
export { type TemplateRule, definitionFor, parseTemplateRules } from './templates.js';
export {
  CHANNELS,
  type Channel,
  type ProcedureContent,
  type ProcedureRow,
  type ProcedureVersion,
  type RequiredDocument,
  limitFor,
} from './types.js';
export {
  type CatalogueImport,
  type ImportOptions,
  importCatalogue,
  importDefinitions,
} from './persistence/import.js';
export { loadCatalogue } from './persistence/load.js';
