import { copyBase } from '../embedded/base-copy.js';
import { ReplicationConnection } from '../embedded/replication.js';
import { WalFiles } from '../embedded/wal-files.js';
import { WalFollower } from '../embedded/wal-follower.js';
import type { BackupSet } from './backup-folder.js';
import { syncFolder } from '../durable-file.js';

/** A set that grows with what the cluster writes. */
export class RunningSet {
  private constructor(
    readonly systemId: string,
    private readonly follower: WalFollower,
    private readonly asking: ReplicationConnection,
  ) {}

  /**
   * Copies the cluster into the set and follows it from there. When it resolves the set can be restored up to that
   * moment. What is written meanwhile is kept by the cluster: nothing is left out.
   */
  static async begin(
    url: string,
    { set, slot }: { set: BackupSet; slot: string },
  ): Promise<RunningSet> {
    const connection = await ReplicationConnection.open(url);
    const asking = await ReplicationConnection.open(url);
    let running: RunningSet | null = null;
    try {
      const { systemId, timeline } = await asking.identify();
      await connection.keepWal(slot);
      const { from, to } = await copyBase(asking, set.archive);
      await syncFolder(set.path);
      const files = new WalFiles(set.wal, timeline);
      const follower = new WalFollower({ connection, files, slot, timeline, from });
      running = new RunningSet(systemId, follower, asking);
      await follower.reach(to);
      return running;
    } catch (error) {
      await running?.close();
      await connection.close();
      await asking.close();
      throw error;
    }
  }

  /** Resolves when everything that is committed now is on disk here. Throws when the cluster is lost. */
  async catchUp(): Promise<void> {
    this.follower.assertFollows();
    const { flushed } = await this.asking.identify();
    await this.follower.reach(flushed);
  }

  async close(): Promise<void> {
    await this.follower.close();
    await this.asking.close();
  }
}
