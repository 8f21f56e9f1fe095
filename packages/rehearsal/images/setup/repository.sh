# The git origin with both branches, and the project cloned from it as an operator finds it.
# Reads /tmp/lay/{v2,v3}: the project's tree on each branch.
git config --global user.name 'Stories Team'
git config --global user.email team@1001stories.test
git config --global init.defaultBranch feature/role-system-v2
git config --global advice.detachedHead false
install -d -o ubuntu -g ubuntu /srv/git

commit() { # date, subject: everything below the current folder, as the next commit
  git add --all
  GIT_AUTHOR_DATE=$1 GIT_COMMITTER_DATE=$1 git commit --quiet -m "$2"
}

cd /tmp/lay/v2
git init --quiet
commit '2025-06-30T10:00:00Z' 'Role system v2'
git checkout --quiet -b v3-ui-overhaul
mv .git ../v3/.git
cd ../v3
commit '2025-09-04T16:00:00Z' 'Overhaul the interface, add ESL, remove the shop'
git clone --quiet --bare . /srv/git/1001project.git
git -C /srv/git/1001project.git symbolic-ref HEAD refs/heads/feature/role-system-v2
chown -R ubuntu:ubuntu /srv/git

cd /home/ubuntu
sudo -u ubuntu -H git clone --quiet /srv/git/1001project.git /home/ubuntu/1001project
sudo -u ubuntu -H git config --global user.name 'ubuntu'
sudo -u ubuntu -H git config --global user.email ubuntu@1001stories.test
