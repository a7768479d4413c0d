import { Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { Brackets, type Repository } from 'typeorm';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { installationId } from '../database/installation.js';
import { type ErasedElsewhere, ErasureHooks, type ErasureRequest, namesOf } from '../trail/erasure.js';
import { FINAL_STATES, Job } from './job.entity.js';
import { JobFiles } from './job-files.js';

/** Jobs whose files hold a person's inputs and outputs are deleted by an erasure, as soon as they are finished. */
@Injectable()
export class JobErasure implements OnModuleInit {
  private readonly installation: string;

  constructor(
    @InjectRepository(Job) private readonly jobs: Repository<Job>,
    private readonly files: JobFiles,
    private readonly hooks: ErasureHooks,
    @Inject(CONFIG) config: Config,
  ) {
    this.installation = installationId(config.dataDir);
  }

  onModuleInit(): void {
    this.hooks.all.push((request) => this.erase(request));
  }

  private async erase(request: ErasureRequest): Promise<ErasedElsewhere> {
    const found = await this.find(request);
    const finished = found.filter(
      ({ state, recorded }) => recorded && (FINAL_STATES as readonly string[]).includes(state),
    );
    for (const { id } of finished) {
      await this.files.remove(id);
      await this.jobs.delete({ id });
    }
    return { deleted: finished.length, left: found.length - finished.length };
  }

  private async find({ subject, user, actorKind, actorId, before }: ErasureRequest): Promise<Job[]> {
    const query = this.jobs
      .createQueryBuilder('job')
      .where('job.installation = :installation', { installation: this.installation });
    if (subject !== undefined)
      query.andWhere(
        new Brackets((either) =>
          either.where('job.subject = :subject', { subject }).orWhere('job.id = :subject'),
        ),
      );
    if (user !== undefined) {
      const names = namesOf(user, await this.names());
      if (names.length === 0) return [];
      query.andWhere('job.username IN (:...names)', { names });
    }
    if (user !== undefined || actorId !== undefined)
      query.andWhere('job.actorKind = :kind', { kind: actorKind ?? 'user' });
    if (actorId !== undefined) query.andWhere('job.actorId = :actorId', { actorId });
    if (before !== undefined) query.andWhere('job.createdAt < :before', { before });
    return query.getMany();
  }

  private async names(): Promise<string[]> {
    const rows = await this.jobs
      .createQueryBuilder('job')
      .select('DISTINCT job.username', 'name')
      .getRawMany<{ name: string }>();
    return rows.map(({ name }) => name);
  }
}

@Module({
  imports: [TypeOrmModule.forFeature([Job])],
  providers: [JobFiles, JobErasure],
  exports: [JobFiles],
})
export class JobErasureModule {}
