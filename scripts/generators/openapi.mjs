import { AppModule } from '../../dist/src/app.module.js';
import { loadConfig } from '../../dist/src/config/config.js';
import { createLogger } from '../../dist/src/common/logger.js';
import { openDatabase } from '../../dist/src/database/open-database.js';
import { createApp } from '../../dist/src/http/create-app.js';
import { baseDocument } from '../../dist/src/http/openapi.js';

/** The OpenAPI document of the routes themselves; a running server adds its models' paths. */
export async function openApi(dataDir) {
  const config = loadConfig({ MODELGATE_DATA_DIR: dataDir });
  const foundations = { config, logger: createLogger('silent'), dataSource: await openDatabase(config) };
  const app = await createApp(AppModule.with(foundations), foundations);
  await app.init();
  const document = baseDocument(app);
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
