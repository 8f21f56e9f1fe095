/**
 * The plan's section 1 as printed, repaired just enough to come to its end: one directory (E1) that ubuntu may write
 * (E2), tar's excludes before the path (E4), the name of the volume that is really there (E6), an image that is there.
 */
export const LITERAL = `set -e
BACKUP_DIR=/home/ubuntu/literal/$(date +%Y%m%d_%H%M%S)
sudo mkdir -p $BACKUP_DIR
sudo chown ubuntu $BACKUP_DIR
docker exec 1001-stories-db pg_dump -U postgres stories_db > $BACKUP_DIR/database_backup.sql
sudo cp -r /home/ubuntu/1001project/public/books $BACKUP_DIR/
sudo cp -r /home/ubuntu/1001project/public/books-upload $BACKUP_DIR/
cd /home/ubuntu/1001project
git rev-parse HEAD > $BACKUP_DIR/current_commit.txt
sudo tar --exclude=node_modules --exclude=.next -czf $BACKUP_DIR/code_backup.tar.gz .
sudo cp /home/ubuntu/1001project/.env $BACKUP_DIR/.env.backup
docker run --rm --entrypoint tar -v 1001project_postgres_data:/data -v $BACKUP_DIR:/backup postgres:15 -czf /backup/postgres_volume.tar.gz -C /data . || [ $? = 1 ]
`
