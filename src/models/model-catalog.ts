import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { ApiError } from '../common/errors.js';
import { ModelsFeed } from '../database/feeds.js';
import type { ExportedModel } from '../packages/exported.js';
import { ModelFileError } from '../inference/model.js';
import {
  MANIFEST_FILE,
  PackageExistsError,
  readManifest,
  sha256OfFile,
  verifyFiles,
  writePackage,
} from '../packages/manifest.js';
import { Model } from './model.entity.js';
import { ModelFiles, type PackageKey } from './model-files.js';
import { unknownVersion, type VersionName, versionNumber } from './version-number.js';
import { ModelVersion } from './model-version.entity.js';

const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * @throws ModelFileError if `name` cannot be used as a model name, and thus as a folder name and path segment
 */
export function checkModelName(name: string): void {
  if (MODEL_NAME.test(name)) return;
  const shown = JSON.stringify(name.slice(0, 100));
  throw new ModelFileError(
    `invalid model name ${shown}; use letters, digits, dots, dashes and underscores, at most 100`,
  );
}

export interface CataloguedModel extends Model {
  /** Oldest first. */
  readonly versions: readonly ModelVersion[];
}

/** The models, their versions and the live version of each, in the database shared by all processes. */
@Injectable()
export class ModelCatalog {
  constructor(
    @InjectRepository(Model) private readonly models: Repository<Model>,
    @InjectRepository(ModelVersion) private readonly versions: Repository<ModelVersion>,
    private readonly files: ModelFiles,
    private readonly feed: ModelsFeed,
  ) {}

  async list(): Promise<CataloguedModel[]> {
    const versions = await this.versions.find({ order: { version: 'ASC' } });
    const models = await this.models.find({ order: { name: 'ASC' } });
    return models.map((model) => ({
      ...model,
      versions: versions.filter((v) => v.modelName === model.name),
    }));
  }

  /** @throws ApiError `model_not_found` */
  async get(name: string): Promise<CataloguedModel> {
    const model = await this.models.findOneBy({ name });
    if (!model) throw new ApiError('model_not_found', `unknown model ${name}`);
    return {
      ...model,
      versions: await this.versions.find({ where: { modelName: name }, order: { version: 'ASC' } }),
    };
  }

  /** @throws ApiError `model_not_found` */
  async version(name: string, asked: VersionName): Promise<ModelVersion> {
    const version = versionNumber(asked);
    const found = version === undefined ? null : await this.versions.findOneBy({ modelName: name, version });
    if (!found) throw unknownVersion(name, asked, (await this.get(name)).versions);
    return found;
  }

  /** The version with this digest, if the model has one, so that the same file is not imported twice. */
  async versionOf(name: string, sha256: string): Promise<ModelVersion | undefined> {
    for (const version of await this.versions.findBy({ modelName: name })) {
      const manifest = await readManifest(this.files.dirOf(version)).catch(undefinedIfDamaged);
      if (manifest?.provenance?.sourceDigest === sha256) return version;
    }
    return undefined;
  }

  /**
   * Stores an imported model as the next version of `name`. The first version is live at once, later ones
   * after they are promoted.
   * @throws ModelFileError; nothing is left on disk then
   */
  async add(name: string, imported: ExportedModel): Promise<ModelVersion> {
    checkModelName(name);
    const { files, ...about } = imported;
    for (;;) {
      const version = (await this.highestVersion(name)) + 1;
      const key = { location: 'data', modelName: name, version } as const;
      const createdAt = new Date().toISOString();
      try {
        await writePackage(
          this.files.dirOf(key),
          { schemaVersion: 1, name, version: String(version), createdAt, ...about },
          files,
        );
      } catch (error) {
        // Another process took this number in the meantime.
        if (error instanceof PackageExistsError) continue;
        throw error;
      }
      return this.register(await this.rowOf(key));
    }
  }

  /** Registers a package that is part of the program, without copying it. @throws ModelFileError */
  async addShipped(name: string, version: number): Promise<void> {
    await this.register(await this.rowOf({ location: 'shipped', modelName: name, version }));
  }

  /** Makes a version live. @throws ApiError `model_not_found`, or `conflict` if its files are damaged */
  async promote(name: string, asked: VersionName): Promise<ModelVersion> {
    const model = await this.get(name);
    const found = await this.version(name, asked);
    await this.verify(found);
    const { version } = found;
    if (model.liveVersion === version) await this.setLoaded(name, true);
    else await this.update(name, { liveVersion: version, previousVersion: model.liveVersion, loaded: true });
    return found;
  }

  /** Rolls back to the previously live version. @throws ApiError `model_not_found` or `conflict` */
  async rollback(name: string): Promise<ModelVersion> {
    const { previousVersion } = await this.get(name);
    if (previousVersion === null)
      throw new ApiError('conflict', `the model ${name} has no previously live version`);
    return this.promote(name, previousVersion);
  }

  /** @throws ApiError `model_not_found` */
  async setLoaded(name: string, loaded: boolean): Promise<void> {
    await this.get(name);
    await this.update(name, { loaded });
  }

  /**
   * Removes a version, or the model with all its versions. @throws ApiError `model_not_found`, or `conflict`
   * for the live version
   */
  async remove(name: string, version?: VersionName): Promise<void> {
    const model = await this.get(name);
    if (version !== undefined) {
      const found = await this.version(name, version);
      if (model.versions.length > 1) return this.removeVersion(model, found);
    }
    await this.models.delete({ name });
    await this.versions.delete({ modelName: name });
    this.feed.announce();
    for (const each of model.versions) await this.files.remove(each);
  }

  /** Removes files left behind by interrupted imports. */
  async sweep(): Promise<void> {
    await this.files.sweep();
  }

  /** Packages of the data directory that this database knows nothing of, the newest version of each model first. */
  async unknown(): Promise<PackageKey[]> {
    return this.files.unknown(await this.versions.find());
  }

  /** Registers a package that lies in the data directory. @throws ModelFileError when it is damaged */
  async adopt(key: PackageKey): Promise<ModelVersion> {
    checkModelName(key.modelName);
    return this.register(await this.rowOf(key));
  }

  private async verify(version: ModelVersion): Promise<void> {
    const dir = this.files.dirOf(version);
    try {
      await verifyFiles(dir, await readManifest(dir));
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      const reason = error.message.replace(`${dir}: `, '');
      throw new ApiError(
        'conflict',
        `version ${version.version} of ${version.modelName} cannot be made live: ${reason}`,
      );
    }
  }

  private async removeVersion(model: CataloguedModel, version: ModelVersion): Promise<void> {
    if (model.liveVersion === version.version)
      throw new ApiError(
        'conflict',
        `version ${version.version} of ${model.name} is live; promote another one first`,
      );
    await this.versions.delete({ modelName: model.name, version: version.version });
    if (model.previousVersion === version.version) await this.update(model.name, { previousVersion: null });
    this.feed.announce();
    await this.files.remove(version);
  }

  private async highestVersion(name: string): Promise<number> {
    const rows = await this.versions.findBy({ modelName: name });
    return Math.max(0, ...rows.map((row) => row.version), ...(await this.files.versionsOnDisk(name)));
  }

  private async rowOf(key: PackageKey): Promise<ModelVersion> {
    const dir = this.files.dirOf(key);
    const manifest = await readManifest(dir);
    await verifyFiles(dir, manifest);
    return {
      ...key,
      runtime: manifest.runtime,
      description: manifest.description,
      digest: await sha256OfFile(`${dir}/${MANIFEST_FILE}`),
      bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
      createdAt: new Date().toISOString(),
    };
  }

  private async register(row: ModelVersion): Promise<ModelVersion> {
    await this.versions.insert(row);
    const { modelName: name, version: liveVersion, createdAt } = row;
    // Two imports may create the same model at once. It is created once, and the first version is live.
    await this.models
      .createQueryBuilder()
      .insert()
      .values({ name, liveVersion, previousVersion: null, loaded: true, createdAt, updatedAt: createdAt })
      .orIgnore()
      .execute();
    this.feed.announce();
    return row;
  }

  private async update(name: string, change: Partial<Model>): Promise<void> {
    await this.models.update({ name }, { ...change, updatedAt: new Date().toISOString() });
    this.feed.announce();
  }
}

/** A damaged version equals no other, and does not prevent new ones. */
function undefinedIfDamaged(error: unknown): undefined {
  if (!(error instanceof ModelFileError)) throw error;
}
