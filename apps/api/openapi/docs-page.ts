import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** This host and nothing else; styles and scripts from files only. `data:` are the icons inside the style sheet. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Motcua API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="ui"></div>
<noscript>The API is described at /api/v1/openapi.json.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

// validatorUrl null: otherwise the page would send our document to a validator on another host.
const START = `window.ui = SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  validatorUrl: null,
  queryConfigEnabled: false,
});
`;

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Serves the OpenAPI document, and a page that shows it with assets of our own. */
export async function serveDocs(server: FastifyInstance, document: object): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const json = JSON.stringify(document);
  const give = (path: string, type: string, body: () => string | Promise<Buffer>): void => {
    server.get(path, async (_request, reply) => {
      void reply.header('Content-Security-Policy', POLICY).header('Cache-Control', 'no-cache').type(type);
      return body();
    });
  };
  give('/api/v1/openapi.json', 'application/json; charset=utf-8', () => json);
  server.get('/', (_request, reply) => reply.redirect('/docs'));
  for (const path of ['/docs', '/docs/']) give(path, 'text/html; charset=utf-8', () => PAGE);
  give('/docs/start.js', 'text/javascript; charset=utf-8', () => START);
  for (const [name, type] of Object.entries(ASSETS)) {
    give(`/docs/${name}`, type, () => readFile(join(folder, name)));
  }
}
